import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.sax.SAXSource;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.XPathCompiler;
import net.sf.saxon.s9api.XPathSelector;
import net.sf.saxon.s9api.XdmItem;
import net.sf.saxon.s9api.XdmNode;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.xml.sax.InputSource;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Asks HL7's validator about many files in one process.
 *
 * <p>java -cp "LIB/*" Judge.java LIST: each line of LIST is RELEASE, a tab, and a path. Out comes one JSON object a line:
 * one for each file with what the validator says, and one for each release with the seconds it took. Releases are taken in
 * turn, so each set of definitions is loaded once.
 */
public class Judge {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  public static void main(String[] arguments) throws Exception {
    Map<String, List<String>> byRelease = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.split("\t", 2);
      if (parts.length == 2) byRelease.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(parts[1]);
    }
    for (Map.Entry<String, List<String>> entry : byRelease.entrySet()) judge(entry.getKey(), entry.getValue());
    OUT.flush();
    // Threads the validator leaves running would keep the process alive.
    System.exit(0);
  }

  private static void judge(String release, List<String> paths) throws Exception {
    long begun = System.nanoTime();
    FhirContext context = contextOf(release);
    FhirValidator validator = validatorOf(context);
    OldRules oldRules = release.equals("DSTU2") ? new OldRules() : null;
    validator.validateWithResult(smallest(release));
    double start = (System.nanoTime() - begun) / 1e9;
    begun = System.nanoTime();
    for (String path : paths) {
      JsonObject row = new JsonObject();
      row.addProperty("release", release);
      row.addProperty("file", path);
      row.add("messages", messages(validator, oldRules, Files.readAllBytes(Path.of(path))));
      OUT.println(GSON.toJson(row));
    }
    JsonObject time = new JsonObject();
    time.addProperty("release", release);
    time.addProperty("files", paths.size());
    time.addProperty("start_seconds", start);
    time.addProperty("seconds", (System.nanoTime() - begun) / 1e9);
    OUT.println(GSON.toJson(time));
  }

  private static FhirContext contextOf(String release) {
    return switch (release) {
      case "DSTU2" -> FhirContext.forDstu2Hl7Org();
      case "STU3" -> FhirContext.forDstu3();
      case "R4" -> FhirContext.forR4();
      case "R4B" -> FhirContext.forR4B();
      case "R5" -> FhirContext.forR5();
      default -> throw new IllegalArgumentException("no release " + release);
    };
  }

  private static FhirValidator validatorOf(FhirContext context) {
    IValidationSupport chain =
        new ValidationSupportChain(
            new WithSearchParameters(context),
            new CommonCodeSystemsTerminologyService(context),
            new Terminology(context),
            new SnapshotGeneratingValidationSupport(context));
    FhirInstanceValidator module = new FhirInstanceValidator(chain);
    module.setAnyExtensionsAllowed(true);
    module.setErrorForUnknownProfiles(false);
    module.setAssumeValidRestReferences(true);
    FhirValidator validator = context.newValidator();
    validator.registerValidatorModule(module);
    return validator;
  }

  private static String smallest(String release) {
    String type = release.equals("DSTU2") ? "Conformance" : "CapabilityStatement";
    return "{\"resourceType\":\"" + type + "\",\"status\":\"draft\",\"rest\":[{\"mode\":\"server\"}]}";
  }

  private static JsonArray messages(FhirValidator validator, OldRules oldRules, byte[] content) {
    JsonArray out = new JsonArray();
    String text = new String(content, StandardCharsets.UTF_8);
    // The validator is given text, so a byte order mark would be a character of it.
    if (text.startsWith("\ufeff")) text = text.substring(1);
    try {
      for (SingleValidationMessage said : validator.validateWithResult(text).getMessages()) {
        String severity = said.getSeverity().name().toLowerCase();
        out.add(message(severity, said.getMessageId(), said.getLocationString(), said.getMessage()));
      }
    } catch (Exception | Error broken) {
      out.add(message("fatal", "judge-exception", "", broken.toString()));
    }
    if (oldRules != null) oldRules.judge(text, out);
    return out;
  }

  private static JsonObject message(String severity, String id, String location, String text) {
    JsonObject out = new JsonObject();
    out.addProperty("severity", severity);
    out.addProperty("id", id);
    out.addProperty("location", location);
    out.addProperty("text", text);
    return out;
  }

  /** Looks codes up; a code that a value set of DSTU2 does not have breaks the library's own search for its system. */
  private static final class Terminology extends InMemoryTerminologyServerValidationSupport {
    Terminology(FhirContext context) {
      super(context);
    }

    @Override
    public CodeValidationResult validateCode(
        ValidationSupportContext at, ConceptValidationOptions options, String system, String code, String display, String valueSet) {
      try {
        return super.validateCode(at, options, system, code, display, valueSet);
      } catch (NullPointerException broken) {
        String said = "Unknown code '" + code + "' in " + valueSet;
        return new CodeValidationResult().setSeverity(IssueSeverity.ERROR).setMessage(said);
      }
    }
  }

  /** The release's own definitions, and its search parameters as well, which the validator asks for by url. */
  private static final class WithSearchParameters extends DefaultProfileValidationSupport {
    private final FhirContext context;
    private Map<String, IBaseResource> byUrl;

    WithSearchParameters(FhirContext context) {
      super(context);
      this.context = context;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends IBaseResource> T fetchResource(Class<T> type, String uri) {
      if (type != null && type.getSimpleName().equals("SearchParameter")) return (T) parameters().get(uri.split("\\|")[0]);
      return super.fetchResource(type, uri);
    }

    private synchronized Map<String, IBaseResource> parameters() {
      if (byUrl == null) {
        byUrl = new HashMap<>();
        List<IBaseResource> all = fetchAllSearchParameters();
        for (IBaseResource one : all == null ? List.<IBaseResource>of() : all) {
          byUrl.put(getConformanceResourceUrl(context, one), one);
        }
      }
      return byUrl;
    }
  }

  /**
   * The rules of DSTU2, which exist as XPath only, so that the validator leaves them out. They are read from HL7's own
   * definitions and asked of the statement's XML; a statement in JSON is written as XML first.
   */
  private static final class OldRules {
    private static final String PROFILES = "/org/hl7/fhir/instance/model/profile/";
    private static final Map<String, String> TYPES =
        Map.of(
            "contactpoint", "//f:telecom | //f:valueContactPoint",
            "quantity", "//f:valueQuantity | //f:valueRange/f:low | //f:valueRange/f:high",
            "period", "//f:period | //f:valuePeriod",
            "range", "//f:valueRange",
            "ratio", "//f:valueRatio",
            "attachment", "//f:valueAttachment");

    private static final SAXParserFactory PARSERS = SAXParserFactory.newInstance();

    private record Rule(String key, String severity, String human, String where, XPathSelector test) {}

    private final Processor processor = new Processor(false);
    private final XPathCompiler compiler = processor.newXPathCompiler();
    private final List<Rule> rules = new ArrayList<>();

    OldRules() throws Exception {
      PARSERS.setNamespaceAware(true);
      compiler.declareNamespace("f", "http://hl7.org/fhir");
      compiler.declareNamespace("h", "http://www.w3.org/1999/xhtml");
      read("conformance", null);
      for (Map.Entry<String, String> type : TYPES.entrySet()) read(type.getKey(), type.getValue());
    }

    private void read(String profile, String where) throws Exception {
      StreamSource source = new StreamSource(OldRules.class.getResourceAsStream(PROFILES + profile + ".profile.xml"));
      XdmNode definition = processor.newDocumentBuilder().build(source);
      for (XdmItem element : all(definition, "/f:StructureDefinition/f:snapshot/f:element[f:constraint]")) {
        String path = one(element, "f:path/@value");
        for (XdmItem constraint : all(element, "f:constraint")) {
          String key = one(constraint, "f:key/@value");
          if (key.startsWith("dom-") || key.startsWith("ele-")) continue;
          XPathSelector test = compiler.compile("boolean(" + one(constraint, "f:xpath/@value") + ")").load();
          String place = where != null ? where : "/f:" + path.replace(".", "/f:");
          rules.add(new Rule(key, one(constraint, "f:severity/@value"), one(constraint, "f:human/@value"), place, test));
        }
      }
    }

    void judge(String text, JsonArray out) {
      XdmNode document;
      try {
        String trimmed = text.trim();
        String xml = trimmed.startsWith("{") ? toXml(JsonParser.parseString(trimmed).getAsJsonObject()) : trimmed;
        // The validator itself says what is wrong with the XML.
        XMLReader reader = PARSERS.newSAXParser().getXMLReader();
        reader.setErrorHandler(new DefaultHandler());
        document = processor.newDocumentBuilder().build(new SAXSource(reader, new InputSource(new StringReader(xml))));
      } catch (Exception broken) {
        out.add(message("information", "xpath-not-evaluated", "", broken.toString()));
        return;
      }
      for (Rule rule : rules) ask(rule, document, out);
    }

    private void ask(Rule rule, XdmNode document, JsonArray out) {
      try {
        for (XdmItem item : all(document, rule.where)) {
          rule.test.setContextItem(item);
          if (rule.test.effectiveBooleanValue()) continue;
          out.add(message(rule.severity, "Conformance#" + rule.key, place((XdmNode) item), rule.human));
        }
      } catch (Exception broken) {
        out.add(message("information", "xpath-failed", rule.key, broken.toString()));
      }
    }

    private String place(XdmNode node) throws Exception {
      StringBuilder out = new StringBuilder();
      for (XdmNode at = node; at != null && at.getNodeName() != null; at = at.getParent()) {
        String name = at.getNodeName().getLocalName();
        boolean root = at.getParent().getNodeName() == null;
        String number = root ? "" : "[" + one(at, "count(preceding-sibling::*[local-name()='" + name + "'])") + "]";
        out.insert(0, name + number + (out.length() == 0 ? "" : "."));
      }
      return out.toString();
    }

    private Iterable<XdmItem> all(XdmItem from, String path) throws Exception {
      return compiler.evaluate(path, from);
    }

    private String one(XdmItem from, String path) throws Exception {
      XdmItem item = compiler.evaluateSingle(path, from);
      return item == null ? "" : item.getStringValue();
    }

    private static String toXml(JsonObject resource) {
      StringBuilder out = new StringBuilder();
      String name = resource.has("resourceType") ? resource.get("resourceType").getAsString() : "Conformance";
      out.append('<').append(name).append(" xmlns=\"http://hl7.org/fhir\">");
      members(resource, out);
      return out.append("</").append(name).append('>').toString();
    }

    private static void members(JsonObject object, StringBuilder out) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        String name = entry.getKey();
        // The rules ask about elements only; the text of the narrative is the validator's own business.
        if (name.startsWith("_") || name.equals("resourceType") || name.equals("div")) continue;
        if (!name.matches("[A-Za-z][A-Za-z0-9]*")) continue;
        JsonElement value = entry.getValue();
        if (value.isJsonArray()) for (JsonElement item : value.getAsJsonArray()) element(name, item, out);
        else element(name, value, out);
      }
    }

    private static void element(String name, JsonElement value, StringBuilder out) {
      if (value.isJsonObject()) {
        out.append('<').append(name).append('>');
        members(value.getAsJsonObject(), out);
        out.append("</").append(name).append('>');
      } else if (value.isJsonPrimitive()) {
        out.append('<').append(name).append(" value=\"").append(escaped(value.getAsString())).append("\"/>");
      }
    }

    private static String escaped(String text) {
      return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;").replaceAll("[\\x00-\\x1f]", " ");
    }
  }
}
