"""Word lists of the text pipeline, by language code."""

from __future__ import annotations

# Kept in the vectors: without them "not told" becomes an empty or a contrary comment.
NEGATIONS = {
    "en": "no not never nothing none nobody cannot without against few less more always enough",
    "de": "nicht nichts kein keine keinen keinem keiner keines nie niemals niemand ohne gegen"
    " wenig weniger mehr immer genug",
    "fr": "pas non ne jamais rien aucun aucune personne sans contre peu moins plus toujours assez",
    "es": "no nunca nada ningún ninguno ninguna nadie sin contra poco menos más siempre bastante",
    "nl": "niet niets nooit geen niemand zonder tegen weinig minder meer altijd genoeg",
}

# English: pronouns; verbs that help others; prepositions and conjunctions; adverbs of place, time
# and degree; numbers; and the halves that are left of "can't", "we've" or "I'm". Words that carry a
# subject in talk about sales and operations ("back", "bill", "call", "system") are not in it.
STOP_WORDS = {
    "en": """
        i me my mine myself you your yours yourself yourselves he him his himself she her hers
        herself it its itself we us our ours ourselves they them their theirs themselves one who
        whoever whom whose what whatever which this that these those some such same other others
        another any anyone anything each either neither both several someone something
        everyone everything all noone own
        am is are was were be been being do did does doing done have has had having can could may
        might must should will would seem seemed seeming seems become became becomes
        becoming get gets got getting give go keep made see take put please
        a an the and or nor but if then than as because while whereas although though
        unless until since whether so thus hence therefore however moreover nevertheless otherwise
        of at by for from in into on onto off out over under up down to toward towards with within
        through throughout thru across along around about above below between beyond behind before
        beforehand after afterwards among amongst besides beside during except per
        upon via
        again already also almost alone anyhow anyway even ever every else elsewhere everywhere
        somewhere anywhere nowhere here there where wherever when whenever whence why how further
        just indeed perhaps rather really very too well still yet now once often
        only mostly most much many least last latter latterly former formerly meanwhile namely
        next sometimes sometime somehow together whole part side due
        hereafter hereby herein thereafter thereby therein thereupon whereby wherein
        first two three four five six eight nine ten eleven twelve fifteen twenty forty fifty sixty
        hundred third
        ai ca co eg etc ie im inc ive ll ltd re sha un ve wo cant couldnt hasnt""",
    "de": """
        aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim
        bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach dann daran darauf
        daraus darin darum das dass dazu dein dem den denn der des deshalb die dies diese diesem
        diesen dieser dieses doch dort du durch ein eine einem einen einer eines einige einigen er
        es etwas euch euer für ganz gar gibt hab habe haben hat hatte hatten hier hin hinter ich
        ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes
        jetzt kann kannst können konnte konnten machen man manche mein meine meinem meinen meiner
        mich mir mit muss müssen musste mussten nach nachdem noch nun nur ob oder oft ohnehin
        schon sehr sein seine seinem seinen seiner seit sich sie sind so sodass sogar solche soll
        sollen sollte sollten sondern sonst sowie über um und uns unser unsere unserem unseren
        unserer unter viel viele vielen vom von vor während war waren was weil welche welchem
        welchen welcher wenn wer werden wie wieder will wir wird wo wobei wurde wurden zu zum zur
        zwar zwischen wäre wären würde würden hätte hätten mal eben halt einfach""",
    "fr": """
        afin ai ainsi alors après au aussi autre autres aux avant avec avez avoir avons bien car ce
        ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment dans de déjà
        depuis des deux doit doivent donc dont du elle elles en encore entre es est et étaient
        était étant été êtes être eu eux fait faire faut fois font hors ici il ils je jusqu jusque
        la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui ma mais me
        même mêmes mes moi mon ni nos notre nous on ont ou où par parce parfois pendant peut
        peuvent pour pourquoi pouvoir près puis puisque qu quand que quel quelle quelles quels qui
        quoi sa se sera seront ses si soit sommes son sont souvent sous suis sur ta tandis te tel
        telle tels tes toi ton tous tout toute toutes très tu un une va vers vos votre vous vu
        avait avaient cl jai cest ça""",
    "es": """
        a al algo algunas algunos ante antes aquel aquella así aun aunque cada como con cual cuales
        cuando de del desde donde dos durante e el él ella ellas ellos en entre era eran es esa
        esas ese eso esos esta está están estaba estaban estamos estar estas este esto estos estoy
        fue fueron ha había habían hace hacen hacer han hasta hay he hemos la las le les lo los
        luego me mi mis mismo mucha muchas mucho muchos muy nos nosotros nuestra nuestras nuestro
        nuestros o os otra otras otro otros para pero por porque pues puede pueden que qué quien
        quienes se sea según ser será si sí sido sobre solo sólo somos son soy su sus tal también
        tan tanto te tener tengo tenemos ti tiene tienen toda todas todo todos tras tu tus u un una
        unas uno unos usted ustedes va van vez veces y ya yo""",
    "nl": """
        aan al alle allemaal alles als ander andere anderen bij binnen da daar daarbij daardoor
        daarna daarom dan dat de deze die dit doen doet door dus een eens elk elke en er erg even
        gaan gaat ge gedaan geweest had hadden haar heb hebben hebt heeft heel hem het hier hij hoe
        hun iemand iets ik in is ja je jij jou jouw jullie kan kon konden kunnen maar mag me mee
        men met mij mijn moest moet moeten na naar nog nou nu of om omdat ons onze ook op over
        reeds soms te tegenover toch toen tot tussen u uit uw vaak van vanaf veel voor voordat
        vooral waar waarom wanneer want waren was wat we weer wel welke werd werden wie wij wil
        worden wordt zal ze zei zelf zeer zich zij zijn zo zoals zou zouden zodat""",
}

# A whole comment in these words says that there is nothing to say. "any" holds for all languages.
_NON_ANSWERS = {
    "any": "na|n a|n k|nil|null|x|xx|xxx|ok|okay|test|nc|asdf",
    "en": """
        no|none|non|nope|nah|not applicable|no comment|no comments|no further comment
        no further comments|nothing|nothing at all|nothing really|nothing to add|nothing else
        nothing more to add|nothing else to add|nothing to report|nothing comes to mind|no answer
        no idea|dont know|do not know|i dont know|i do not know|not sure|not that i can think of
        nothing i can think of|cant think of anything|i cant think of anything|unknown|no opinion
        nothing that i can think of|cannot think of anything|i cannot think of anything|all good
        no suggestions|no improvements|no improvement|no complaints|see above|as above|dunno|idk
        not at this time|not at the moment|nothing at the moment|nothing springs to mind
        absolutely nothing|no nothing|not a thing|nothing whatsoever|nothing right now|nothing today
        nothing to say|not answered|no response|skip|pass|yes|nothing needed|nothing in particular
        nothing specific|prefer not to say|nothing to improve|not really""",
    "de": """
        nein|nichts|keine|keiner|keines|keins|ka|k a|keine angabe|keine angaben|keine ahnung
        kein kommentar|keine anmerkung|keine anmerkungen|nichts hinzuzufügen|entfällt|siehe oben
        weiß nicht|weiss nicht|ich weiß nicht|ich weiss nicht|weiß ich nicht|mir fällt nichts ein
        nicht zutreffend|trifft nicht zu|alles gut|alles okay|alles in ordnung|passt|passt alles
        passt so|ja|nix|gar nichts|nichts besonderes|nichts weiter|nichts zu ergänzen|fehlanzeige
        keine antwort|keine meinung|keine vorschläge|nicht bekannt|kann ich nicht beurteilen""",
    "fr": """
        non|rien|rien du tout|ras|r a s|rien à signaler|rien à dire|rien à ajouter|aucun|aucune
        aucun commentaire|pas de commentaire|pas de commentaires|sans objet|so|sans avis|oui
        je ne sais pas|je sais pas|ne sait pas|sans réponse|pas de réponse|aucune idée|néant
        non applicable|sans opinion|rien de particulier|voir ci dessus|tout va bien""",
    "es": """
        no|nada|ninguno|ninguna|ningún comentario|sin comentarios|sin comentario|no aplica|n a|sí
        no sé|no lo sé|nada que añadir|nada que decir|nada más|no procede|no tengo|no corresponde
        sin respuesta|sin opinión|todo bien|nada en particular|ver arriba|ns nc|ns""",
    "nl": """
        nee|niets|geen|geen idee|geen opmerkingen|geen opmerking|geen commentaar|nvt|n v t
        niet van toepassing|weet niet|weet ik niet|ik weet het niet|geen mening|geen antwoord|ja
        niets toe te voegen|niks|helemaal niets|zie boven|alles goed|niets bijzonders""",
}
NON_ANSWERS = {
    code: frozenset(phrase.strip() for line in text.splitlines() for phrase in line.split("|"))
    - {""}
    for code, text in _NON_ANSWERS.items()
}
