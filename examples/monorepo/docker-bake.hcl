group "default" {
  targets = ["api", "report"]
}

target "api" {
  dockerfile = "services/api/pyproject.toml"
  tags       = ["prices-api"]
}

target "report" {
  context = "services/report" # requirements of its own, and nothing of the workspace
  tags    = ["prices-report"]
}
