"""Who is reading, and what they may see: asked of Airflow, a proxy, or a provider of sign-ins."""
