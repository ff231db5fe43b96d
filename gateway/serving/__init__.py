"""Everything over HTTPS: the Flask app that mounts what the gateway serves, and the server under it."""
