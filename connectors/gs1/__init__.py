"""GS1's recall messages as XML: notification, removal confirmation and closeout, in and out; pure."""
