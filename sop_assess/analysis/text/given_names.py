"""Given names that are hardly ever anything else, so that colleagues are not named in a theme."""

from __future__ import annotations

import re
from typing import Final

# Left out on purpose: names that are also words in one of the five languages, in any spelling
# without accents (Mark, Will, Rose, Jan, Ben, Claire, Pierre, Angel), months, places and brands.
_NAMES: Final = """
    aaron abdul abigail adam adrian agnes agnieszka ahmad ahmed aidan aisha alan alastair albert
    alberto alejandra alejandro alessandro alexander alexandra alexandre alfonso alfred alfredo
    alice alicia alison alistair allan alvaro amanda amelia amélie amy ana anastasia andré
    andrea andreas andrés andrew andrzej andy angela angelika angelo anita anja anke ann anna
    annabel anne anneke annemarie annette annie annika antje anthony antoine anton antonia
    antonio antony anya arjan arne arno arnold arthur artur astrid audrey axel ayesha ayse ayşe
    barbara barry bart bartosz bastian beate beatrice beatriz begoña benedikt benjamin benoît
    bernadette bernard bernd bernhard bert bethany bettina björn bjorn boris brenda brian
    bridget brigitte bruno bryan
    caitlin camille carina carl carla carlos carmen carol caroline carolyn carsten catalina
    catarina catherine cathy cecilia cédric celia céline charles charlie chloe chloé chris
    christa christelle christiane christina christine christoph christophe christopher clara
    claudia claudio clémence clément colin connor conor corinna corinne craig cristina cynthia
    daan daisuke damien daniel daniela daniele danielle danny darren dave david davina dawid
    debbie deborah debra denis denise dennis derek desmond detlef diana diane diego dieter
    dietmar dimitri dirk dmitri dominik dominique donald donna doreen doris dorothea dorothy
    douglas duncan dylan
    eduard eduardo edward edwin eileen elaine eleanor elena eleni eline elisa elisabeth elise
    elizabeth ellen ellie elsa emanuel emil emilia emilie emilio emily emma emmanuel emre
    enrique eric erica erich erik erika erwin esther etienne eugen eva evelyn ewa
    fabian fabienne fabio fatima fátima federico felicity felix ferdinand fernando filip finn
    fiona francesca francesco francine francis francisco franck françois françoise franz fred
    frederic frédéric frederick frederik freddy friedrich fritz
    gabriel gabriela gabriele gabrielle gareth gary gavin geert geoff geoffrey george gerald
    geraldine gérard gerard gerd gerda gerhard gert gertrud gilles gillian giovanni gisela
    giulia giuseppe gloria gonzalo gordon graham greg gregor grégory gregory greta grzegorz
    gudrun guido guillaume guillermo günter gunter günther gustav gustavo
    hanna hannah hannes hans harald harriet harry hartmut hasan hassan hazel heather hector
    héctor heidi heike heiko heinrich heinz helen helena hélène helga helmut hendrik henk henri
    henrik henry herbert hermann hilary hilda holger horst hubert hugh hugo hussain hussein
    ian ibrahim ignacio igor ilona ilse imran ines inés inga inge ingeborg ingo ingrid irene
    irina irmgard isabel isabella isabelle isla ivan ivonne
    jaap jacek jackie jacob jacqueline jacques jaime jakob jakub jamal james jamie jan-willem
    jana jane janet janice janine jaroslav jasmin jasmine jason javier jean-claude jean-luc
    jean-marc jean-paul jean-pierre jeanette jeff jeffrey jelle jen jennifer jenny jens jeremy
    jeroen jérôme jess jessica jesse jill joachim joan joana joanna joanne joaquín jochen joe
    joel joelle johan johann johanna johannes john johnny jon jonas jonathan joris jorge jörg
    josé jose josef josefa josefina joseph josephine josh joshua josie juan judith jules julia
    julian juliane julie julien juliette jürgen jurgen justin justine jutta
    kamil karen karim karin karina karl karl-heinz karla karolina karsten katarina katarzyna
    kate katharina katherine kathleen kathrin kathryn kathy katie katja katrin kayleigh keith
    kelly kenneth kerstin kevin khalid kieran kim kirsten kirsty klaas klaus koen konrad
    kristian kristin kristina krystyna krzysztof kurt kyle
    lars lasse laura lauren laurence laurent laurie laurens leanne lena leonie leon leonard
    leonardo lesley leslie lewis liam lidia liliana linda lisa liselotte liz lizzie lorenzo
    lorraine lothar louis louisa louise luca lucas lucia lucía lucie lucinda lucy ludwig luigi
    luis luísa luisa luka lukas lutz lydia lynda lynne
    maarten maciej madeleine magda magdalena magnus mahmoud maike malcolm malgorzata małgorzata
    manfred manuel manuela marc marcel marcela marcin marcos marcus marek margaret margarita
    margit margot maria maría marian mariana marianne marie marieke marijke mario marion marius
    markus marlene marta martha martin martina martine martijn maryam mateo mateusz mathias
    mathieu mathilde matteo matthew matthias matthieu maureen maurice mauricio maximilian megan
    mehdi mehmet melanie melissa mercè meredith michaela michael michał michal michel michele
    michelle miguel mike mikael mirjam miriam mohamed mohammad mohammed moira monica mónica
    monika monique moritz muhammad muriel murielle mustafa myriam
    nadia nadine nadja naomi natalia natalie natasha nathalie nathan neil nele nicholas nick
    nicky nico nicola nicolas nicole niels nigel nikita niklas nikola nikolai nikos nils nina
    noah noelia nora norbert norma norman nuria
    olaf oleg olga oliver olivia olivier omar oscar oskar osman owen
    pablo pamela paola paolo pascale patricia patrick patrik patrizia paul paula paulina pauline
    pavel pawel paweł pedro peggy pénélope penelope petra philip philipp philippa philippe phil
    phillip phoebe pia pieter piet piotr przemysław
    quentin
    rachel rainer ralf ralph ramona ramón raphael raquel rashid rasmus raúl raul raymond rebecca
    reinhard reinhold remco renate renaud rené rhys ricardo richard richie rita robert roberta
    roberto rodney rodrigo roger roland rolf ronald ronnie rosalie rosalind rosemarie rosemary
    rowena roxanne rudolf rupert russell ruth ryan
    sabina sabine sabrina salvatore samantha samir samira sammy samuel sandra sandrine sandro
    sanjay santiago sara sarah saskia scott sean sebastian sébastien sergei sergej sergio shane
    shannon sharon shaun sheila shirley siegfried sigrid silke silvana silvia simone simon
    sinéad siobhan sjoerd sonia sonja sophia sophie stacey stanislav stef stefan stefania
    stefanie steffen stella stéphane stephan stephanie stephen steve steven stewart stijn stuart
    susan susana susann susanna susanne suzanne svea sven svenja svetlana sybille sylvia sylvie
    tamara tania tanja tatiana tatjana ted teresa terence terry tessa thea theo theresa thérèse
    thierry thijs thilo thomas thorsten tiffany tilman tim timo timothy tina tobias tobi todd
    tom tomas tomás tomasz tommy tony torsten tracey tracy trevor tristan trudy
    udo ulf uli ulrich ulrike ursula ute uwe
    valentina valerie valérie vanessa vera verena verónica veronica veronika véronique vicky
    viktor viktoria vincent virginie vivian vivien viviane vladimir volker
    walter waltraud wayne wendy werner wibke wiebke wilhelm willem william wilma wim winfried
    wojciech wolfgang wouter
    xavier ximena
    yannick yasmin yolanda yusuf yvette yvonne
    zachary zofia zoe zoé zuzana
    álvaro
    étienne
    łukasz
"""
GIVEN_NAMES: Final = frozenset(_NAMES.split())

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TO_SPACES = str.maketrans(dict.fromkeys(".,;:!?()[]/\"'’‘“”„«»&+", " "))
# What may follow a given name and belongs to it: one or two words with a capital.
_SURNAMES = re.compile(r"(?:\s+(?:(?:von|van|der|den|de|del|di|la|le|ten|ter)\s+){0,2}"
                       r"[A-ZÀ-ÖØ-ÞŁŚŻ][\w'’-]+){0,2}")  # fmt: skip


def may_name(text: str) -> bool:
    """Whether a given name stands in the text as a word; quick, for texts by the million.

    >>> may_name("Ask Sabine, she knows"), may_name("Ask the warehouse")
    (True, False)
    """
    return not GIVEN_NAMES.isdisjoint(text.lower().translate(_TO_SPACES).split())


def given_names(text: str) -> list[tuple[int, int]]:
    """Where names stand, as (start, end): a given name with the capitalised words behind it.

    Written small it counts as well. In German, where every noun has a capital, a word too much
    may go with it: that errs on the side of masking.

    >>> text = "Sabine Müller forgot it, ask sabine"
    >>> [text[start:end] for start, end in given_names(text)]
    ['Sabine Müller', 'sabine']
    """
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        if found and match.start() < found[-1][1]:
            continue
        if match[0].lower() in GIVEN_NAMES:
            found.append((match.start(), _end(text, match)))
    return found


def _end(text: str, match: re.Match[str]) -> int:
    """The end of a name: behind its surnames where the given name has a capital."""
    if not match[0][0].isupper():
        return match.end()
    surnames = _SURNAMES.match(text, match.end())
    return surnames.end() if surnames else match.end()
