"""Every record of an Oura ring, kept in the owner's own lake."""
