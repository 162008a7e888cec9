# The frontend image, for those who build it without a Rust toolchain of their own:
#
#     docker buildx build -f frontend.Dockerfile -t wheelwright/frontend:0.1 .
#
# `wheelwright image` makes the same image from a binary that is there already.
ARG RUST=rust:1.95-slim
FROM ${RUST} AS build
WORKDIR /src
COPY . .
# Static, since the image below holds nothing else; the target is named so that build scripts and procedural
# macros, which cannot be static, are built without the flag.
RUN --mount=type=cache,target=/src/target,id=wheelwright-target,sharing=locked \
    --mount=type=cache,target=/cargo,id=wheelwright-cargo \
    target="$(rustc -vV | sed -n 's/^host: //p')" \
 && CARGO_HOME=/cargo RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --target "$target" \
 && cp "target/$target/release/wheelwright" /wheelwright

FROM scratch
COPY --from=build /wheelwright /wheelwright
# No network: everything that the frontend reads comes through the engine. The capabilities are those that are
# implemented; the engine refuses what is not declared before it starts the frontend.
LABEL moby.buildkit.frontend.network.none="true" \
      moby.buildkit.frontend.caps="moby.buildkit.frontend.contexts"
ENTRYPOINT ["/wheelwright"]
