"""Intent, urgency and sentiment heads: trained on a team's labels, calibrated, served with numpy and scipy."""
