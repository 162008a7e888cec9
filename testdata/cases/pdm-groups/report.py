print(__import__("markdown").markdown("# done"))
