//! German. Written with and without umlauts ("löschen", "loeschen").

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (
        Not,
        "nicht, nie, niemals, kein, keine, keinen, keinem, keiner, keines, keinerlei, nichts, niemand, niemanden, niemandem, auf keinen fall, unter keinen umständen, keinesfalls, \
        nirgends, nirgendwo, bloss nicht, nie wieder, vermeide, vermeiden, unterlass*, lass das, nimmer",
    ),
    (
        Forbid,
        "wie sie sind, wie es ist, wie er ist, verboten, tabu, untersagt, finger weg, hände weg, nicht erlaubt, nicht gestattet, nicht zulässig, unzulässig, unerlaubt, lass .. in ruhe, lass .. wie es ist, lass .. wie sie sind, lass .. so, \
        lass .. unverändert, bleibt wie es ist, bleiben wie sie sind, bleiben unverändert, bleibt unverändert, bleibt so, bleiben so, sperrgebiet, ist gesperrt, nicht in ordnung, nicht ok, geht gar nicht, darf nicht angefasst werden, bleib weg von, halte dich fern von",
    ),
    (
        Frozen,
        "nur lesen, nur lesend, nur planen, nur schauen, nur anschauen, nur gucken, nur ansehen, nur vorschlagen, nur vorschläge, nur analysieren, nur berichten, mach nichts, mache nichts, tu nichts, nichts tun, nichts machen, noch nichts, \
        nichts ändern, ändere nichts, nichts anfassen, fass nichts an, rühr nichts an, keine aktionen, keine aktion, keine änderungen, keine änderung, nichts ausführen, führ nichts aus, führe nichts aus, nichts unternehmen, unternimm nichts, leg noch nicht los, \
        fang noch nicht an, noch nicht anfangen, noch nicht loslegen, handle nicht, warte auf mich, alles so lassen, lass alles so, lass alles wie es ist, trockenlauf, keine werkzeuge, keine tools",
    ),
    (
        Ask,
        "frag, frage, fragen, fragst, gefragt, nachfragen, nachfrage, frag nach, frage nach, rückfrage, rückfragen, rücksprache, bestätig*, bestätigung, freigabe, freigabe von mir, freigeben, freigegeben, freigebe, genehmig*, genehmigung, zustimm*, zustimmung, \
        einwilligung, einverständnis, erlaubnis, erlaube, ok von mir, mein ok, meinem ok, mein okay, meinem okay, mein ja, meinem ja, meine zusage, absprache, absprechen, abgesprochen, absegnen, segen, abnicken, abnahme, grünes licht, erst mit mir, sprich mit mir, sprich .. mit mir ab, \
        stimm .. mit mir ab, abstimmen, abgestimmt, zeig mir, zeige mir, zeig es mir, mir zeigen, mir vorlegen, leg mir .. vor, vorlegen, sag mir vorher bescheid, sag vorher bescheid, bescheid, melde dich, meld dich, informiere mich, möchte ich sehen, will ich sehen, will ich erst sehen, möchte ich prüfen, will ich prüfen, \
        ich entscheide, entscheide ich, meine entscheidung, vier augen, hol .. ein, einholen, konsultier*, autorisier*, ja von mir, kläre, klär, anweisung, auf anweisung, unterschrift, erst prüfen lassen",
    ),
    (
        Unasked,
        "ungefragt, unaufgefordert, ohne nachzufragen, ohne zu fragen, ohne mich zu fragen, ohne rückzufragen, ohne rücksprache, ohne absprache, unbestätigt, ohne bescheid zu sagen, heimlich",
    ),
    (
        Alone,
        "selbstständig, selbständig, von selbst, von dir aus, von allein, alleine, allein, automatisch, auf eigene faust, eigenständig",
    ),
    (Unbidden, "eigenmächtig"),
    (
        AtMost,
        "höchstens, maximal, max, nicht mehr als, bis zu, nie mehr als, niemals mehr als, keine mehr als, limit, obergrenze, maximum, nicht über, weniger als, allerhöchstens",
    ),
    (MoreThan, "mehr als, über, oberhalb von, größer als, grösser als, höher als, ab mehr als, übersteig*, teurer als, überschreit*"),
    (OrMore, "ab, oder mehr, mindestens, aufwärts"),
    (Per, "pro, je, am, in der, im, alle, in einer, in einem, innerhalb von"),
    (Time(60), "minute, minuten"),
    (Time(3600), "stunde"),
    (Time(86_400), "tag, täglich, heute"),
    (Time(604_800), "woche, wöchentlich"),
    (Time(2_592_000), "monat, monatlich"),
    (Number(1), "ein einziges, einmal"),
    (Number(2), "zwei, zweimal"),
    (Number(3), "drei, dreimal"),
    (Number(4), "vier"),
    (Number(5), "fünf"),
    (Number(6), "sechs"),
    (Number(7), "sieben"),
    (Number(8), "acht"),
    (Number(9), "neun"),
    (Number(10), "zehn"),
    (Number(12), "zwölf"),
    (Number(15), "fünfzehn"),
    (Number(20), "zwanzig"),
    (Number(30), "dreißig"),
    (Number(50), "fünfzig"),
    (Number(100), "hundert, einhundert"),
    (Number(1000), "tausend, eintausend"),
    (Currency, "franken, dollar, pfund"),
    (Measure, "zeilen, zeichen, wörter, wörtern, prozent, seiten, sätze, sätzen, stunden, tage, wochen, jahre, grad, km"),
    (Must, "muss, müssen, brauchen, braucht, benötigt, benötigen, erfordert, erfordern"),
    (
        May,
        "darfst, du darfst, dürfen, kannst, du kannst, gerne, ist ok, ist okay, sind ok, ist in ordnung, in ordnung, erlaubt, ist erlaubt, darf, nach belieben, ruhig, ist gut, passt",
    ),
    (
        Not,
        "darf nicht, dürfen nicht, darfst nicht, darfst du nicht, darf kein, darf niemals, darf nie, darfst du nie, darfst nie, kannst nicht, dürfen nie, dürfen niemals, nicht dürfen",
    ),
    (
        NoNeed,
        "musst nicht, brauchst nicht, brauchst du nicht, nicht nötig, nicht mehr nötig, nicht notwendig, nicht erforderlich, hör auf zu, hör auf, unnötig, musst du nicht, musst mich nicht, brauchst mich nicht, nicht mehr, nicht jedes mal, keine rückfrage nötig",
    ),
    (Without, "ohne"),
    (Before, "bevor, vor, vorher, ehe, zuerst, vorab, zuvor, vor dem, vor der, vor jedem, vor jeder"),
    (Unless, "es sei denn, außer wenn, ausser wenn, sofern nicht, wenn nicht, außer auf, ausser auf"),
    (Until, "bis, solange, so lange, vorerst, fürs erste, im moment, momentan, noch nicht, einstweilen, zunächst, vorläufig"),
    (If, "wenn, falls, sobald, nachdem, während, sofern, am wochenende, freitags, am freitag, nachts, nach"),
    (Only, "nur, ausschließlich, lediglich, nichts anderes, sonst nichts, bloß, erst"),
    (Except, "außer, ausser, ausgenommen, abgesehen von, mit ausnahme von, bis auf"),
    (Outside, "außerhalb, ausserhalb, außerhalb von, ausserhalb von"),
    (And, "und, oder, noch, sowie, bzw, weder"),
    (But, "aber, jedoch, sondern, doch, allerdings, dagegen"),
    (Neglect, "vergiss, vergisst, vergessen, versäume, versäumen, verzichte, verzichten, überspring*"),
    (Doubt, "im zweifel, im zweifelsfall, wenn du unsicher bist, bei unsicherheit, wenn unklar, bei unklarheiten, bei fragen"),
    (Question, "warum, wieso, weshalb, wie, was, wer, wann, wo, welche, hast du, habe ich, hab ich, ist das"),
    (
        Verb(Verb::Remove),
        "lösch*, loesch*, gelöscht*, geloescht*, entfern*, entfernt, wegwerf*, wirf .. weg, weggeworfen, vernicht*, beseitig*, tilg*, bereinig*, leer*, geleert, ausleer*, papierkorb, räum .. auf, aufräumen, schmeiß .. weg, wegschmeiß*, zu löschen, verwerf*, verwirf, deinstallier*, ausblend*, verlier*, verloren",
    ),
    (Verb(Verb::Cancel), "stornier*, abbestell*, absag*, sag .. ab, kündig*, gekündigt, widerruf*, bestellung zurück*"),
    (
        Verb(Verb::Change),
        "änder*, aender*, geändert*, veränder*, verändert, bearbeit*, anpass*, angepasst, pass .. an, modifizier*, umbenenn*, benenn .. um, aktualisier*, umschreib*, schreib .. um, verstell*, umstell*, stell .. um, editier*, verschieb*, verschoben, schreib in, konfigurier*, ausschalt*, deaktivier*, aktivier*, abschalt*, lockern, umbau*, erweiter*, refaktorier*",
    ),
    (
        Verb(Verb::Touch),
        "anfass*, anfasst, fass .. an, fasse .. an, anrühr*, angerührt, rühr .. an, rühre .. an, antast*, herumpfusch*, anzufassen, berühr*, ran, rangehen, taste .. an, angefasst",
    ),
    (
        Verb(Verb::Overwrite),
        "überschreib*, überschrieben, ueberschreib*, ersetz*, zurücksetz*, zurückgesetzt, setz .. zurück, wiederherstell*, rückgängig*, revert*",
    ),
    (
        Verb(Verb::Create),
        "erstell*, anleg*, angelegt, leg .. an, erzeug*, hinzufüg*, füg .. hinzu, schreib, schreibe, schreiben, mach, mache, machen, eröffn*, anzulegen",
    ),
    (Verb(Verb::Move), "kopier*, verschieb*"),
    (
        Verb(Verb::Send),
        "send*, gesendet, schick*, geschickt, verschick*, versend*, abschick*, absend*, raus, rausgeht, rausgehen, rausschick*, weiterleit*, leit .. weiter, antwort*, beantwort*, kontaktier*, benachrichtig*, schreib .. an, anschreib*, anruf*, ruf .. an, mailen, melden bei, zuschick*, nachricht an, versand, abgeschickt, verschickt, hinausgeht",
    ),
    (Verb(Verb::Invite), "einlad*, eingeladen, lad .. ein, lade .. ein, einladung*"),
    (
        Verb(Verb::Share),
        "teil, teile, teilen, geteilt, weitergeb*, gib .. weiter, weitergegeben, herausgeb*, preisgeb*, überlass*, freizugeben für",
    ),
    (
        Verb(Verb::Publish),
        "veröffentlich*, veroeffentlich*, publizier*, poste, posten, gepostet, postest, öffentlich*, ankündig*, releas*, online stell*, stell .. online, ins netz, twittern",
    ),
    (Verb(Verb::Comment), "kommentier*, kommentar*"),
    (
        Verb(Verb::Grant),
        "vergib, vergebe, vergeben, vergibst, vergabe, erteil*, gewähr*, räum .. ein, einräum*, entzieh*, zugriff geben, gib .. zugriff, zugriff gewähren, berechtig .., rechte geben, gib .. rechte, befördern zum admin, freischalt*, gib .. zugang, zum admin mach*, mach .. zum admin",
    ),
    (Verb(Verb::Rotate), "rotier*"),
    (
        Verb(Verb::Pay),
        "zahl*, bezahl*, gezahlt, überweis*, überweisung*, ueberweis*, kauf*, gekauft, einkauf*, bestell*, buch*, gebucht, ausgeb*, ausgib*, ausgeben, gib .. aus, geld aus, spende*, erstatt*, rückerstatt*, abonnier*, abschließ*, investier*, abbuch*, kosten, kostet, kostenpflichtig*, reservier*, ersteiger*, verkauf*, zahlung*, auszugeben, ausgibst",
    ),
    (Verb(Verb::Deploy), "ausroll*, roll .. aus, rollout, bereitstell*, stell .. bereit, in betrieb nehm*, einspiel*, ausgerollt, deploy*"),
    (
        Verb(Verb::GoLive),
        "live gehen, live geht, geht live, live schalten, live stellen, live nehmen, geht .. live, produktiv schalten, produktiv gehen",
    ),
    (
        Verb(Verb::Restart),
        "neustart*, neu start*, neu zu starten, starte .. neu, herunterfahr*, fahr .. herunter, stopp .. dienst, durchstart*",
    ),
    (Verb(Verb::Migrate), "migrier*, migration*"),
    (
        Verb(Verb::Run),
        "ausführ*, ausgeführt, führ .. aus, führe .. aus, auszuführen, start, starte, starten, gestartet, startest, lass .. laufen, laufen lassen, aufruf*",
    ),
    (Verb(Verb::Build), "baue, bauen, bau, kompilier*, build, builds"),
    (Verb(Verb::Install), "installier*, installation*, neue abhängigkeit*, abhängigkeit*"),
    (
        Verb(Verb::Upload),
        "hochlad*, hochgeladen, lad .. hoch, lade .. hoch, preisgib*, offenleg*, offengelegt, ausgeplaudert, einfügen in, verrat*, verrätst, weiterreich*, ausleit*",
    ),
    (Verb(Verb::Leave), "verlass*, verlässt, nach außen, nach aussen, aus dem haus, an dritte, an außenstehende, extern weiter*"),
    (
        Verb(Verb::Read),
        "lies, lese, lesen, liest, gelesen, anschau*, schau .. an, öffne, öffnen, einsehen, einsicht, zugreif*, greif .. zu, durchsuch*, ansehen, reinschau*, hineinschau*",
    ),
    (
        Verb(Verb::Fetch),
        "herunterlad*, lad .. herunter, lade .. herunter, runterlad*, abruf*, ruf .. ab, surf*, aufrufen, internetzugriff, netzzugriff, ins internet, netzwerkzugriff, api aufrufe, api anfragen",
    ),
    (Verb(Verb::Archive), "archivier*"),
    (
        Verb(Verb::Act),
        "tu, tun, tust, getan, handle, handeln, handelst, unternehm*, aktion, aktionen, schritt, schritte, vorgeh*, loslegen, weitermach*, mach weiter, fortfahr*, durchführ*, durchgeführt, agieren, agierst, umsetz*, setz .. um",
    ),
    (Verb(Verb::Use), "benutz*, verwend*, nutz, nutze, nutzen"),
    (
        Object(Object::File),
        "datei*, ordner*, verzeichnis*, dokument*, code, quellcode, quelltext*, testfälle, foto*, bild, bilder, anhang, anhänge, notiz*, einstellungen, skripte im, entwürf*, tabelle, tabellen, unterlagen, vorlage*, projekt*",
    ),
    (
        Object(Object::Data),
        "daten, datensatz, datensätze*, datenbank*, eintrag, einträge*, information*, angaben, zeilen, objekt*, element*, sache, sachen, ding, dinge, backups, sicherung*, sicherungskopie*, kontakte, stammdaten, verlauf",
    ),
    (
        Object(Object::Secret),
        "geheim*, vertraulich*, kundendaten, personenbezogen*, patientendaten, patientenakt*, private daten, personalakt*, gehaltsdaten, sensible daten, persönliche daten, interna, interne daten, internes",
    ),
    (
        Object(Object::Credential),
        "passwort*, passwörter*, kennwort*, kennwörter*, zugangsdaten, schlüssel, api schlüssel, anmeldedaten, zertifikat*, api key*",
    ),
    (
        Object(Object::Access),
        "recht, rechte, rechten, berechtigung*, zugriffsrecht*, zugriff, zugriffe, zugang, rolle, rollen, adminrecht*, freigaben, freigabe einstellungen, freigabeeinstellungen, sichtbarkeit, firewall*, besitzer*, sicherheitseinstellung*, rechtevergabe, zugriffsrechten",
    ),
    (Object(Object::Member), "mitglied*, benutzerkont*, benutzer, teilnehmer*"),
    (
        Object(Object::Money),
        "geld, geldbetrag, rechnung*, zahlungsmittel, kreditkarte*, konto, bankkonto, budget, dauerauftr*, lastschrift*, betrag, beträge, gutschein*, firmenkarte, karte",
    ),
    (Object(Object::Order), "bestellung*, buchung*, abo, abos, abonnement*, flug, flüge, hotel*, reservierung*, auftrag, aufträge"),
    (Object(Object::Event), "termin, termine*, kalender*, besprechung*, veranstaltung*, meeting*"),
    (
        Object(Object::Message),
        "nachricht*, mail*, e mail*, email*, kunde, kunden, brief*, jemand, jemanden, jemandem, empfänger*, kollegen, chat*, lieferant*, leute, irgendwen",
    ),
    (
        Object(Object::Post),
        "beitrag, beiträge*, webseite*, website*, artikel*, soziale medien, sozialen medien, social media, blog*, seite",
    ),
    (Object(Object::Ticket), "pull request*, issue*, ticket*"),
    (Object(Object::Branch), "zweig*, branch*"),
    (Object(Object::System), "server*, dienst, dienste*, system, systeme*, infrastruktur*, cluster*, maschine*, umgebung*, container*"),
    (Object(Object::Package), "paket*, software*, bibliothek*, programme, programm, app, apps, erweiterung*"),
    (Object(Object::Program), "befehl*, skript*, kommando*, code ausführ*"),
    (Object(Object::Internet), "internet*, netz, link, links, web"),
    (Object(Object::Tool), "werkzeug*, tool, tools"),
    (
        Anything,
        "irgendetwas, irgendwas, etwas, alles, was auch immer, irgendeine aktion, jede aktion, jede änderung, änderungen, aktionen, jeden schritt, was",
    ),
    (Umbrella(Umbrella::Destructive), "destruktiv*, zerstörerisch*, zerstör*"),
    (
        Umbrella(Umbrella::Grave),
        "unwiderruflich*, irreversib*, nicht rückgängig, unumkehrbar*, riskant*, gefährlich*, kritisch*, endgültig*, wichtig, wichtige, wichtigen, folgenreich*, weitreichend*",
    ),
    (Umbrella(Umbrella::External), "extern, externe, externen, externes, nach außen sichtbar, öffentlich sichtbar"),
    (
        Umbrella(Umbrella::Changing),
        "änderungen vornimmst, änderungen machst, änderungen vornehmen, etwas änderst, etwas veränderst, was ändert",
    ),
    (
        Place,
        "produktion, produktiv, produktivsystem*, produktionssystem*, produktionsserver*, produktionsdatenbank, produktivumgebung, live, live system, livesystem",
    ),
    (
        Saying,
        "lüg*, erfind*, erwähn*, behaupt*, rate, raten, sag, sage, entschuldig*, vermut*, spekulier*, erklär*, erzähl*, halluzinier*, übertreib*, versprich*, versprech*, plapper*, duz*, siez*, fasse zusammen, zusammenfass*",
    ),
    (
        Style,
        "kurz, knapp, höflich, freundlich, förmlich, deutsch, englisch, per du, tonfall, ton, stil, aufzählung*, fachjargon, jargon, satz, wort, worte, ausführlich, gedankenstrich*, floskel*, überschrift*, variablennamen, vorsichtig, sorgfältig, gewissenhaft, commit nachricht*, kommentare im code, antworte auf, antworte kurz, antworte immer auf, antworte bitte, antworte in, antworte, anrede, einrückung, tabs, sachlich, genau",
    ),
    (
        Small,
        "der, die, das, dem, den, des, ein, eine, einen, einem, einer, mich, mir, ich, mein, meine, meinen, meinem, meiner, du, dich, dir, dein, deine, wir, uns, unser, unsere, unseren, es, ist, sind, sein, hat, habe, haben, hast, wird, werden, wurde, worden, zu, zum, zur, in, ins, im, auf, an, ans, von, vom, mit, bei, für, aus, über den, \
        bitte, immer, stets, jemals, je, wirklich, einfach, auch, dann, da, dort, hier, davon, dazu, dafür, damit, daran, so, sehr, jede, jeden, jedem, jeder, jedes, alle, allen, aller, diese, dieser, dieses, diesen, irgendein, irgendeine, irgendeinen, man, sich, sie, ihn, ihm, ihr, ihnen, dass, ob, ausdrücklich, explizit, schriftlich, vorherige, vorherigen, neue, neuen, alte, alten, mal, schon, gar, ganz, egal, überhaupt, selbst, auch nicht, ja, ab jetzt, ab sofort, künftig, in zukunft, von nun an, jetzt, gebe, gibt, gib, gegeben, lass, lasse, lassen, soll, sollst, sollen, sollte, will, möchte, willst, kann, könnte, wie immer, hole, hol, nimm, nehmen, komm, kommt, gehen, geht, geh, jemand anderes, andere, anderen, anderer, den anderen, bleiben, bleibt, jeweils, welcher, sage, sagt, gesagt, das ok, grund, um, als, wieder",
    ),
];
