"""Self-made complaints to a business in four languages, by subject, to measure the tiers with."""

from __future__ import annotations

SUBJECTS = ("delivery", "invoice", "product", "service", "returns", "website")

COMPLAINTS = {
    "de": """
delivery: Die Lieferung kam zwei Wochen zu spät
delivery: Mein Paket ist immer noch nicht da
delivery: Der Fahrer hat das Paket einfach vor die Tür gestellt
delivery: Der versprochene Liefertermin wurde dreimal verschoben
delivery: Niemand hat uns gesagt, dass die Ware später eintrifft
delivery: Die Spedition kam nicht zur vereinbarten Uhrzeit
delivery: Seit Montag steht die Sendung auf unterwegs
delivery: Die Hälfte der Lieferung fehlte
delivery: Wir warten seit einem Monat auf den Versand
delivery: Das Paket wurde an die falsche Adresse geschickt
invoice: Auf der Rechnung steht ein falscher Betrag
invoice: Der vereinbarte Rabatt wurde nicht abgezogen
invoice: Wir haben die Rechnung doppelt bekommen
invoice: Die Mahnung kam, obwohl wir längst bezahlt hatten
invoice: Der Preis stimmt nicht mit dem Angebot überein
invoice: Mir wurden Gebühren berechnet, die niemand erklärt
invoice: Die Gutschrift ist noch nicht auf dem Konto
invoice: Die Abbuchung war höher als der Rechnungsbetrag
invoice: Unsere Bestellnummer fehlt auf jeder Rechnung
invoice: Die Zahlungsfrist ist viel zu kurz
product: Das Gerät ging nach zwei Tagen kaputt
product: Der Bildschirm hat einen Kratzer
product: Die Maschine ist sehr laut und wird heiß
product: Die Qualität hat stark nachgelassen
product: Der Akku hält nur eine Stunde
product: Das Gehäuse ist gebrochen und wackelt
product: Die Farbe entspricht nicht der Beschreibung
product: Das Material fühlt sich billig an
product: Der Motor springt nicht an
product: Ein Teil war schon beim Auspacken defekt
service: Am Telefon wartet man ewig in der Schleife
service: Der Mitarbeiter war unfreundlich und hat aufgelegt
service: Niemand antwortet auf meine Mails
service: Jeder Ansprechpartner sagt etwas anderes
service: Der Kundendienst ruft nie zurück
service: Ich wurde fünfmal weiterverbunden
service: Die Beraterin kannte sich nicht aus
service: Am Wochenende ist keiner zu erreichen
service: Auf meine Beschwerde kam keine Antwort
service: Die Hotline hat mir überhaupt nicht geholfen
returns: Die Rücksendung wurde nicht angenommen
returns: Das Geld wurde nach der Rückgabe nicht erstattet
returns: Ich musste das Porto für die Rücksendung selbst zahlen
returns: Der Umtausch dauert schon sechs Wochen
returns: Das Rücksendeetikett lag nicht bei
returns: Die Garantie wurde ohne Grund abgelehnt
returns: Die Reparatur dauert viel zu lange
returns: Nach der Reklamation kam das gleiche defekte Gerät zurück
returns: Ein Umtausch war nur gegen Gutschein möglich
returns: Die Frist für die Rückgabe ist zu kurz
website: Die Webseite stürzt beim Bezahlen ab
website: Ich kann mich nicht anmelden
website: Das Passwort lässt sich nicht zurücksetzen
website: Die Suche im Shop findet nichts
website: Die App zeigt einen falschen Bestand an
website: Das Formular speichert meine Eingaben nicht
website: Die Seite lädt auf dem Handy sehr langsam
website: Der Warenkorb wird ständig geleert
website: Nach dem Update funktioniert die App nicht mehr
website: Mein Kundenkonto wurde ohne Grund gesperrt
""",
    "fr": """
delivery: La livraison est arrivée avec deux semaines de retard
delivery: Mon colis n'est toujours pas arrivé
delivery: Le livreur a laissé le paquet devant la porte
delivery: La date de livraison a été repoussée trois fois
delivery: Personne ne nous a prévenus du retard de l'envoi
delivery: Le transporteur n'est pas venu à l'heure prévue
delivery: L'expédition est bloquée depuis lundi
delivery: Il manquait la moitié de la commande à la livraison
delivery: Nous attendons l'envoi depuis un mois
delivery: Le colis a été envoyé à la mauvaise adresse
invoice: Le montant de la facture est faux
invoice: La remise convenue n'a pas été déduite
invoice: Nous avons reçu la facture deux fois
invoice: On nous a relancés alors que la facture était payée
invoice: Le prix ne correspond pas au devis
invoice: On m'a compté des frais que personne n'explique
invoice: L'avoir n'est toujours pas sur le compte
invoice: Le prélèvement était plus élevé que la facture
invoice: Notre numéro de commande manque sur chaque facture
invoice: Le délai de paiement est beaucoup trop court
product: L'appareil est tombé en panne après deux jours
product: L'écran est rayé
product: La machine est très bruyante et chauffe
product: La qualité a beaucoup baissé
product: La batterie ne tient qu'une heure
product: Le boîtier est cassé et il bouge
product: La couleur ne correspond pas à la description
product: La matière fait bon marché
product: Le moteur ne démarre pas
product: Une pièce était déjà défectueuse au déballage
service: Au téléphone on attend une éternité
service: L'employé était désagréable et a raccroché
service: Personne ne répond à mes mails
service: Chaque interlocuteur dit autre chose
service: Le service client ne rappelle jamais
service: On m'a transféré cinq fois
service: La conseillère ne savait rien
service: Le week-end personne n'est joignable
service: Ma réclamation est restée sans réponse
service: L'assistance ne m'a pas du tout aidé
returns: Le retour a été refusé
returns: L'argent n'a pas été remboursé après le retour
returns: J'ai dû payer les frais de renvoi moi-même
returns: L'échange dure déjà six semaines
returns: L'étiquette de retour n'était pas jointe
returns: La garantie a été refusée sans raison
returns: La réparation prend beaucoup trop de temps
returns: Après la réparation le même défaut est revenu
returns: L'échange n'était possible que contre un bon
returns: Le délai de retour est trop court
website: Le site plante au moment de payer
website: Je ne peux pas me connecter
website: Impossible de réinitialiser le mot de passe
website: La recherche de la boutique ne trouve rien
website: L'application affiche un stock faux
website: Le formulaire n'enregistre pas mes données
website: La page est très lente sur le téléphone
website: Le panier se vide sans cesse
website: Depuis la mise à jour l'application ne marche plus
website: Mon compte client a été bloqué sans raison
""",
    "es": """
delivery: La entrega llegó con dos semanas de retraso
delivery: Mi paquete todavía no ha llegado
delivery: El repartidor dejó el paquete delante de la puerta
delivery: La fecha de entrega se aplazó tres veces
delivery: Nadie nos avisó del retraso del envío
delivery: El transportista no vino a la hora acordada
delivery: El envío está parado desde el lunes
delivery: Faltaba la mitad del pedido en la entrega
delivery: Llevamos un mes esperando el envío
delivery: El paquete se mandó a una dirección equivocada
invoice: El importe de la factura es incorrecto
invoice: No descontaron la rebaja acordada
invoice: Recibimos la factura dos veces
invoice: Nos reclamaron el pago cuando ya estaba pagado
invoice: El precio no coincide con el presupuesto
invoice: Me cobraron gastos que nadie explica
invoice: El abono aún no está en la cuenta
invoice: El cargo fue más alto que la factura
invoice: Falta nuestro número de pedido en cada factura
invoice: El plazo de pago es demasiado corto
product: El aparato se rompió a los dos días
product: La pantalla está rayada
product: La máquina hace mucho ruido y se calienta
product: La calidad ha bajado mucho
product: La batería solo dura una hora
product: La carcasa está rota y se mueve
product: El color no corresponde a la descripción
product: El material parece barato
product: El motor no arranca
product: Una pieza ya venía defectuosa en la caja
service: En el teléfono se espera una eternidad
service: El empleado fue antipático y colgó
service: Nadie contesta a mis correos
service: Cada persona dice una cosa distinta
service: La atención al cliente nunca devuelve la llamada
service: Me pasaron cinco veces de un sitio a otro
service: La asesora no sabía nada
service: El fin de semana no hay nadie disponible
service: Mi queja quedó sin respuesta
service: La línea de ayuda no me ayudó nada
returns: No aceptaron la devolución
returns: No devolvieron el dinero tras la devolución
returns: Tuve que pagar yo los gastos de devolución
returns: El cambio ya dura seis semanas
returns: No venía la etiqueta de devolución
returns: Rechazaron la garantía sin motivo
returns: La reparación tarda demasiado
returns: Tras la reparación volvió el mismo defecto
returns: El cambio solo era posible por un vale
returns: El plazo de devolución es demasiado corto
website: La página se bloquea al pagar
website: No puedo iniciar sesión
website: No se puede cambiar la contraseña
website: El buscador de la tienda no encuentra nada
website: La aplicación muestra existencias falsas
website: El formulario no guarda mis datos
website: La web va muy lenta en el móvil
website: El carrito se vacía todo el tiempo
website: Desde la actualización la aplicación no funciona
website: Bloquearon mi cuenta de cliente sin motivo
""",
    "nl": """
delivery: De levering kwam twee weken te laat
delivery: Mijn pakket is er nog steeds niet
delivery: De bezorger zette het pakket gewoon voor de deur
delivery: De leverdatum is drie keer verschoven
delivery: Niemand meldde ons dat de zending later kwam
delivery: De vervoerder kwam niet op de afgesproken tijd
delivery: De zending staat sinds maandag op onderweg
delivery: De helft van de bestelling ontbrak bij levering
delivery: We wachten al een maand op de verzending
delivery: Het pakket ging naar het verkeerde adres
invoice: Op de factuur staat een verkeerd bedrag
invoice: De afgesproken korting is niet afgetrokken
invoice: We kregen de factuur twee keer
invoice: Er kwam een aanmaning terwijl we al betaald hadden
invoice: De prijs klopt niet met de offerte
invoice: Er zijn kosten berekend die niemand uitlegt
invoice: De creditnota staat nog niet op de rekening
invoice: De afschrijving was hoger dan de factuur
invoice: Ons bestelnummer ontbreekt op elke factuur
invoice: De betaaltermijn is veel te kort
product: Het apparaat ging na twee dagen kapot
product: Het scherm heeft een kras
product: De machine is erg luid en wordt heet
product: De kwaliteit is sterk gedaald
product: De accu gaat maar een uur mee
product: De behuizing is gebroken en wiebelt
product: De kleur klopt niet met de beschrijving
product: Het materiaal voelt goedkoop aan
product: De motor start niet
product: Een onderdeel was bij het uitpakken al stuk
service: Aan de telefoon wacht je eindeloos
service: De medewerker was onvriendelijk en hing op
service: Niemand antwoordt op mijn mails
service: Elke contactpersoon zegt iets anders
service: De klantenservice belt nooit terug
service: Ik werd vijf keer doorverbonden
service: De adviseur wist er niets van
service: In het weekend is niemand bereikbaar
service: Op mijn klacht kwam geen antwoord
service: De helpdesk heeft me helemaal niet geholpen
returns: De retourzending werd niet aangenomen
returns: Het geld is na het terugsturen niet terugbetaald
returns: Ik moest de retourkosten zelf betalen
returns: De omruiling duurt al zes weken
returns: Het retouretiket zat er niet bij
returns: De garantie werd zonder reden afgewezen
returns: De reparatie duurt veel te lang
returns: Na de reparatie kwam hetzelfde gebrek terug
returns: Ruilen kon alleen tegen een tegoedbon
returns: De termijn voor retour is te kort
website: De website loopt vast bij het betalen
website: Ik kan niet inloggen
website: Het wachtwoord is niet te herstellen
website: De zoekfunctie in de winkel vindt niets
website: De app toont een verkeerde voorraad
website: Het formulier slaat mijn gegevens niet op
website: De pagina laadt heel traag op de telefoon
website: Het winkelmandje raakt steeds leeg
website: Sinds de update werkt de app niet meer
website: Mijn klantaccount is zonder reden geblokkeerd
""",
}


def complaints(language: str) -> tuple[list[str], list[str]]:
    """Texts of a language and their subjects."""
    lines = [line.split(": ", 1) for line in COMPLAINTS[language].strip().splitlines()]
    return [text for _, text in lines], [subject for subject, _ in lines]
