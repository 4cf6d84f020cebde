"""What a hostile network, page, feed or file may try, and what comes of it."""
