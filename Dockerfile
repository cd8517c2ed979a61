# The embedded server in an image without a shell, run by a user without rights.
#
#   docker build -t huiyin .
#   docker run -p 127.0.0.1:8080:8080 -v huiyin-data:/data -v huiyin-keys:/keys -v huiyin-signed:/signed huiyin
#
# BuildKit (the default builder since Docker 23) is needed for the cache mounts.

# The tag names the exact version of rust-toolchain.toml; change both together.
FROM rust:1.95.0-bookworm AS build
WORKDIR /src

# Downloads and compiled dependencies live in cache mounts rather than in layers: cargo itself knows best what is
# still fresh, and no list of manifests has to be kept in step with the workspace. `dist` is the profile that ships:
# link-time optimisation and no symbols, hence a longer build. What goes into the image is copied out, because a cache
# mount is not part of it.
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --package huiyin --bin huiyin \
    && mkdir -p /out/volumes && mkdir -m 0700 /out/volumes/data /out/volumes/keys /out/volumes/signed \
    && cp target/dist/huiyin /out/huiyin

# glibc, tzdata and nothing else; no shell and no package manager to break into.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/huiyin /usr/local/bin/huiyin
# A new named volume takes owner and mode from here. Keys lie outside the data directory, on a volume of their own,
# so that a backup of the data alone opens no name. They are a directory inside that volume: a key directory appears
# whole or not at all, by a rename, and nothing can be renamed onto the place where a volume is mounted. What was signed
# last has a volume that is never backed up.
COPY --from=build --chown=65532:65532 /out/volumes/ /

ENV TZ=Asia/Shanghai \
    LANG=zh_CN.UTF-8 \
    HUIYIN_DATA=/data \
    HUIYIN_KEYS=/keys/huiyin \
    HUIYIN_SIGNED=/signed \
    HUIYIN_LISTEN=0.0.0.0:8080
USER 65532:65532
VOLUME ["/data", "/keys", "/signed"]
EXPOSE 8080
STOPSIGNAL SIGTERM
# Opening after a long stop replays the journal; until it is done the server is alive, not ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=2m --retries=3 CMD ["/usr/local/bin/huiyin", "health"]
ENTRYPOINT ["/usr/local/bin/huiyin"]
CMD ["serve"]
