"""What people say: notes and decisions, and the pages that show them."""
