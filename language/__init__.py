"""How text is read: sentences, stems, identifiers, dates, secrets. Pure; used by phases and recall."""
