"""How fast values are written, found, followed and compared, on data like that of real Airflows."""
