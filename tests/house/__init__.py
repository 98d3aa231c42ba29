"""The house checks itself: order, sizes, captions, links, and the tools that the tests stand on."""
