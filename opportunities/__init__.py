"""What a department needs: text, criteria, evaluation plan, milestones, questions, addenda."""
