"""The second, blind labelling of validation and test: sheets for readers, agreement, settled disagreements."""
