import celery

queue = celery.Celery("shop", broker="memory://")
