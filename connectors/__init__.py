"""The wing to systems of others that hold orders, goods, passports and notices."""
