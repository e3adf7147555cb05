"""The JDK 25 that benchmarks build and run with, found as ./fairlead finds its own."""

import functools
import os
import subprocess
import sys

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@functools.cache
def home():
    """Its folder; where there is none, bin/find-jdk says what to do and this script ends as it does."""
    found = subprocess.run([f"{HOME}/bin/find-jdk"], stdout=subprocess.PIPE, text=True)
    if found.returncode != 0:
        sys.exit(found.returncode)
    return found.stdout.strip()


def java():
    return f"{home()}/bin/java"


def launch(*arguments):
    """Runs ./fairlead, which builds itself if need be."""
    subprocess.run([f"{HOME}/fairlead", *arguments], check=True, stdout=subprocess.DEVNULL)


def flags():
    """What ./fairlead gives the JVM."""
    cache = f"{HOME}/app/target/fairlead.aot"
    return ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-XX:+UseCompactObjectHeaders",
            "-Dio.netty.leakDetection.level=disabled", "-Dio.netty.jfr.enabled=false",
            f"-XX:AOTCache={cache}", "-Xlog:aot=off", "-Xlog:cds=off"]


def fairlead(*arguments):
    """The command of ./fairlead without its build, so that its process is ours to measure. FAIRLEAD_JAVA, FAIRLEAD_JAR
    and FAIRLEAD_JAVA_OPTS put others in place."""
    return [os.environ.get("FAIRLEAD_JAVA") or java(), *flags(), *os.environ.get("FAIRLEAD_JAVA_OPTS", "").split(),
            "-jar", os.environ.get("FAIRLEAD_JAR") or f"{HOME}/app/target/fairlead.jar", *arguments]


def maven(*arguments):
    """Runs Maven, which may itself run on another JDK, on the whole tree."""
    subprocess.run(["mvn", "-B", "-q", "-f", f"{HOME}/pom.xml", *arguments], check=True,
                   env=os.environ | {"JAVA25_HOME": home()})


def benchmarks_of(module, profile, classpath):
    """Builds a module's benchmarks with its profile; the class path to run them with."""
    maven(f"-P{profile}", "-pl", module, "-am", "test-compile")
    with open(f"{HOME}/{module}/target/{classpath}", encoding="utf-8") as file:
        return os.pathsep.join([f"{HOME}/{module}/target/test-classes", f"{HOME}/{module}/target/classes",
                                file.read()])
