"""How fast this machine trains: measured, compared with PyTorch where that is installed, and shown."""
