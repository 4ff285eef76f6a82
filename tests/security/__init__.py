"""What the wire, the sessions and the doors promise, tried from outside."""
