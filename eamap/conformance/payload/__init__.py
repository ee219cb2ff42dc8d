"""What NHS policy asks of a payload beyond FHIR: the profiles of UK Core, and identifiers that mean what they say."""
