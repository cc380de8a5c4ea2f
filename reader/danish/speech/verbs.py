"""The verbs with which Danish news attributes speech."""

SPEECH_VERBS = tuple(
    "advarer advarede afslører anfører anførte argumenterer beder bekræfter bekræftede bemærker bemærkede "
    "beretter berettede beskriver beskrev erkender erkendte fastslår fastslog forklarer forklarede forsikrer "
    "forsikrede fortsætter fortsatte fortæller fortalte griner grinede hævder hævdede hvisker hviskede indrømmer "
    "indrømmede indskyder konkluderer konkluderede konstaterer konstaterede kritiserer kritiserede lover lovede "
    "lyder lød meddeler meddelte mener mente mindes noterer noterede opfordrer opfordrede oplyser oplyste "
    "pointerer pointerede påpeger påpegede råber råbte sagde siger skriver skrev smiler smilede spørger spurgte "
    "sukker sukkede supplerer supplerede svarer svarede tilføjer tilføjede tilstår udbryder udbrød uddyber "
    "uddybede udtaler udtalte understreger understregede vurderer vurderede".split()
)
