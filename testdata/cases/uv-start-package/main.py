app = FastAPI()  # no part of the package
