"""Where things lie, what shape they have, and how what arrives becomes what is stored."""
