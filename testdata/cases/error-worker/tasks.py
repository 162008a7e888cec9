print("no tasks here")
