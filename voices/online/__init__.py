"""What every voice on the network needs: care with the line, and doubt about whatever comes back."""
