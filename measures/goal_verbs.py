"""The verbs that goals start with: actions, directions, and what tells them from nouns.

For measures.wording and what it is made of.
"""


def words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


# What an organisation does. None of these is a noun or an adjective at the start of a sentence.
ACTIONS = words("""
    achieve adhere administer adopt advise allocate analyse analyze apply arrange assess assist assure
    attract bring bolster celebrate collaborate collect communicate conduct connect consolidate construct
    consult continue convene coordinate co-ordinate create cultivate defend define deliver demonstrate
    deploy determine develop devise digitise digitize discover dispose distribute diversify educate embed
    empower enable encourage enforce engage ensure equip establish evaluate examine execute explore
    facilitate finalise finalize formulate generate give guarantee harmonise harmonize identify implement
    inform initiate inspect inspire install instil integrate introduce invest investigate involve keep
    leverage maintain make manage migrate mobilise mobilize modernise modernize negotiate obtain operate
    optimise optimize organise organize oversee participate perform prepare preserve prevent prioritise
    prioritize procure promote protect provide publish pursue rebuild recognise recognize recommend
    redevelop refine refurbish regulate reinforce remove renew reorganise reorganize replace resolve
    respond restore restructure retain revise rewrite safeguard serve settle simplify solve standardise
    standardize stimulate streamline submit supervise sustain teach transform uphold utilise utilize
    verify
""")

# Which way something should go.
DIRECTIONS = words("""
    accelerate broaden decrease deepen eliminate enhance expand extend grow improve increase lessen
    maximise maximize minimise minimize raise reduce shorten strengthen widen
""")

# Nouns or adjectives as often as verbs: counted only with "to" before them or an object after them.
EITHER = words("""
    access address advance advocate audit boost build check close complete control cut design document
    draft engineer finish focus fund grant help hire host house issue launch lead lower market measure
    meet monitor offer open plan process produce purchase record recruit redesign register repair report
    research review run scan schedule search secure set share staff start study supply support survey test
    track train update upgrade use
""")
LOWERING = frozenset({"boost", "cut", "lower"})
VERBS = ACTIONS | DIRECTIONS | EITHER

OBJECT_STARTS = words(
    "a all an another any both each every her his its more new other our the their these this those your"
)
# "An increase in sales" is a thing; "increase sales" is not.
AFTER_A_NOUN = frozenset({"at", "by", "for", "from", "in", "of", "on", "to", "rate", "rates"})

# After "to", what is no verb: "To our customers, …", "To be the first …", "To date …".
NO_INFINITIVE = OBJECT_STARTS | words(
    "be become date feel have him it know live me no one scale some stay that them us which whom you"
)

# Nouns made of an action: "implementation of …".
NOMINALS = {
    "adoption": "adopt", "completion": "complete", "creation": "create", "delivery": "deliver",
    "deployment": "deploy", "development": "develop", "digitisation": "digitise",
    "digitization": "digitize", "establishment": "establish", "expansion": "expand",
    "implementation": "implement", "improvement": "improve", "installation": "install",
    "introduction": "introduce", "modernisation": "modernise", "modernization": "modernize",
    "promotion": "promote", "provision": "provide", "reduction": "reduce",
}  # fmt: skip

DOUBLED = {"cut", "embed", "equip", "plan", "run", "scan", "set", "submit"}

# A sentence with one of these says something of its subject, even if that is "Reporting a leak …".
FINITE = words("are can costs does gets has have is takes was were will works")


def ing(verb: str) -> str:
    """The verb's -ing form: "improving"."""
    if verb in DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        verb = verb[:-1]
    return f"{verb}ing"


GERUNDS = {ing(verb): verb for verb in VERBS}
