"""Reading customer text: cleaning mail, identifying its language, finding and masking personal data."""
