"""The room: galleries, walls, posters, hours, printing; and the project's wiring."""
