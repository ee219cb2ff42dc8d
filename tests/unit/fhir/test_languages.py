import pytest

from eamap.fhir.languages import is_language


@pytest.mark.parametrize(
    "tag",
    [
        "en",
        "EN",
        "en-GB",
        "cy",
        "zh-Hans-CN",
        "es-419",
        "de-CH-1996",
        "sr-Latn",
        "en-x-nhs",
        "x-nhs",
        "i-klingon",
        "gsw",
    ],
)
def test_tags_of_bcp_47_are_languages(tag):
    assert is_language(tag)


@pytest.mark.parametrize("tag", ["", "en_GB", "english", "xx", "gr", "zz-ZZ", "en-ZQ", "en-", "a b", None, 1])
def test_what_is_not_registered_or_no_tag_is_no_language(tag):
    assert not is_language(tag)
