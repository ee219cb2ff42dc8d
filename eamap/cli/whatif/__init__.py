"""What-ifs as answers: the changed estate, figures before and after, and what explains them."""
