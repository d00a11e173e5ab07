"""How did the person sleep, lately and over the year? One HTML file that asks nobody for anything."""
