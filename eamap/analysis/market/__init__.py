"""Who supplies what to whom, how varied and how mature that is, and what it costs."""
