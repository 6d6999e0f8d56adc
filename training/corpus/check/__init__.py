"""The checks of ``make corpus-check``: what must hold of the data, and how varied it is."""
