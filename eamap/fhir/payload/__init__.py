"""Payloads: the resources a system sends, read in either syntax and judged by the rules of their FHIR release.

:func:`eamap.fhir.payload.reading.read_payload` reads a file, :func:`eamap.fhir.payload.judging.judge_fhir` judges what it
holds by FHIR itself. What UK Core asks beyond FHIR is judged in :mod:`eamap.conformance.payload`.
"""
