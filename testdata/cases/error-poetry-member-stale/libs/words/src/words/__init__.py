BETWEEN = ", "
