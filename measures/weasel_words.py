"""The words that measures.wording looks for; which of them are weasel words, and of what sort.

A weasel word has no one meaning that everybody sees. The idea and its first examples (effective,
robust, leverage, foster) are Stacey Barr's, *Practical Performance Measurement* (2014); the choice
is ours, and a narrow one: words that have a plain, countable use as well (quality, growth, access,
capacity, support) are left out, because a hint that is often wrong is soon not read.
Each line is one family: the first form names it.
"""

from typing import NamedTuple

from measures.goal_verbs import words


class Family(NamedTuple):
    name: str
    sort: str


TIME = """
timely, timeliness, in a timely manner, in a timely fashion
promptly, prompt service, prompt services, prompt response, prompt responses, prompt reply, prompt attention
quickly
swiftly
responsive, responsively, responsiveness
"""

WELL = """
adequate, adequately
appropriate, appropriately
best practice, best practices, best-practice, best-in-class, best in class
cost-effective, cost-effectively, cost-effectiveness
cutting-edge, cutting edge, state-of-the-art, state of the art, leading-edge
effective, effectively, effectiveness
efficient, efficiently, efficiency, efficiencies
engage, engages, engaged, engaging, engagement
excellent, excellence
exceptional, exceptionally
fit for purpose, fit-for-purpose
high-quality, high quality, quality service, quality services
high level of, high levels of, superior level of, highest level of
holistic, holistically
innovative, innovatively, innovation, innovations
meaningful, meaningfully
optimal, optimally, optimum
proactive, proactively, pro-active
rigorous, rigorously
robust, robustly, robustness
seamless, seamlessly
successful, successfully, success
user-friendly, customer-centric, customer-focused, people-focused, client-driven
vibrant, vibrancy
world-class, world class
"""

DOING = """
embed, embeds, embedded, embedding
empower, empowers, empowered, empowering, empowerment
enhance, enhances, enhanced, enhancing, enhancement, enhancements
facilitate, facilitates, facilitated, facilitating, facilitation
foster, fosters, fostered, fostering
harness, harnesses, harnessed, harnessing
leverage, leverages, leveraged, leveraging
optimise, optimised, optimising, optimisation, optimize, optimized, optimizing, optimization
streamline, streamlines, streamlined, streamlining
strengthen, strengthens, strengthened, strengthening
"""

IDEAL = """
accountability
alignment
collaborative, collaboratively
equitable, equitably
fertile ground
inclusive, inclusively, inclusiveness, inclusivity
liveable, livable, liveability, livability
resilient, resilience, resiliency
sustainable, sustainably, sustainability
synergy, synergies, synergistic
transparent, transparently, transparency
value-added, value-adding, added value
"""

SORTS = {"time": TIME, "well": WELL, "doing": DOING, "ideal": IDEAL}

# Where the same word is the plain name of a thing.
PLAIN_USES = """
effective date, effective from, effective until, effective tax rate
energy efficiency, fuel efficiency, thermal efficiency, energy efficient, fuel efficient
engaged tone, engagement ring, rules of engagement
foster care, foster carer, foster carers, foster child, foster children, foster families, foster family
foster home, foster homes, foster parent, foster parents, foster placement, foster placements, foster youth
funds leveraged, leverage ratio, leveraged loan, leveraged loans
quality assurance, responsive design, responsive website, responsive websites
success rate, success rates, sustainable development goal, sustainable development goals
wheel alignment
"""

# What follows a word in the name of a company, a street or a law.
AFTER_A_NAME = words("""
    act award bank co college company corp corporation foundation gmbh hospital house inc lane limited llc
    ltd park plc road school square st street trust university
""")


def listed(lines: str) -> list[list[str]]:
    return [[form.strip() for form in line.split(",")] for line in lines.strip().splitlines()]


# Every form in lower case, with its family.
WEASELS: dict[str, Family] = {
    form: Family(forms[0].replace(" ", "-"), sort)
    for sort, lines in SORTS.items()
    for forms in listed(lines)
    for form in forms
}
PLAIN: list[str] = [form for forms in listed(PLAIN_USES) for form in forms]
