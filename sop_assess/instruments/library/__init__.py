"""Ready-made definitions: one YAML file per instrument, English and German."""
