# An appliance in a container, built from the sources of this checkout: docker build -t ferrule .
#   docker run -d --name ferrule -v ferrule:/var/lib/ferrule -p 127.0.0.1:8022:8022 ferrule
#   docker exec -it ferrule ferrule setup
# It takes what it needs from Debian and Maven Central; --build-arg MAVEN_OPTIONS=… gives Maven options, for other sources.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG MAVEN_OPTIONS=
# In a home its files are its owner's alone; here another user runs them.
RUN mvn -B -ntp -q ${MAVEN_OPTIONS} -DskipTests -pl '!itests' install \
 && chmod -R a+rX assembly/target/assembly

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends openjdk-17-jre-headless openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 902 ferrule \
 && useradd --system --uid 902 --gid ferrule --home-dir /var/lib/ferrule --no-create-home --shell /usr/sbin/nologin ferrule \
 && install -d -o ferrule -g ferrule -m 0700 /var/lib/ferrule
COPY --from=build /src/assembly/target/assembly/bin /usr/share/ferrule/bin
COPY --from=build /src/assembly/target/assembly/etc /usr/share/ferrule/etc
COPY --from=build /src/assembly/target/assembly/lib /usr/share/ferrule/lib
COPY --from=build /src/assembly/target/assembly/system /usr/share/ferrule/system
COPY --from=build /src/assembly/target/assembly/version /usr/share/ferrule/version
COPY --from=build /src/assembly/target/assembly/sbom.cdx.json /src/assembly/target/assembly/LICENSES.txt /usr/share/doc/ferrule/
RUN ln -s ../share/ferrule/bin/ferrule /usr/bin/ferrule
USER ferrule
WORKDIR /var/lib/ferrule
VOLUME /var/lib/ferrule
# What is printed goes to the container's log: no password is. SSH listens at all addresses of the container.
ENV FERRULE_UNATTENDED=yes
EXPOSE 8022
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["ferrule", "status"]
CMD ["ferrule", "up", "--ssh-address", "0.0.0.0"]
