"""The e-mail channel: letters over SMTP, with an honest word about what may have been sent."""
