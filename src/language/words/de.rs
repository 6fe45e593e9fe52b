//! German. Written with and without umlauts ("löschen", "loeschen").

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (
        Not,
        "nicht, nie, niemals, kein, keine, keinen, keinem, keiner, keines, keinerlei, nichts, niemand, niemanden, niemandem, auf keinen fall, unter keinen umständen, keinesfalls, \
        nirgends, nirgendwo, bloss nicht, nie wieder, vermeide, vermeiden, unterlass*, lass das, nimmer, lass es, lasse es, nie und nimmer, um keinen preis, niemals nie, ja nicht, bloß nicht, bloß kein, bloß keine, weder, auf gar keinen fall, keinster weise, mitnichten, hüte dich davor, nimmermehr, nix, net, ned",
    ),
    (
        Forbid,
        "wie sie sind, wie es ist, wie er ist, verboten, tabu, untersagt, finger weg, hände weg, nicht erlaubt, nicht gestattet, nicht zulässig, unzulässig, unerlaubt, lass .. in ruhe, lass .. wie es ist, lass .. wie sie sind, lass .. so, \
        lass .. unverändert, bleibt wie es ist, bleiben wie sie sind, bleiben unverändert, bleibt unverändert, bleibt so, bleiben so, sperrgebiet, ist gesperrt, nicht in ordnung, nicht ok, geht gar nicht, darf nicht angefasst werden, bleib weg von, halte dich fern von, ich verbiete, verbiete, verbiete dir, verbietet, verbot, nicht angefasst, sind tabu, ist tabu, strengstens verboten, strikt verboten, streng verboten, kommt nicht in frage, ausgeschlossen, geht nicht, hat zu unterbleiben, haben zu unterbleiben, unterbleib*, nicht dein job, nicht deine aufgabe, no go, ein no go, bleibt unangetastet, bleiben unangetastet, unangetastet, nichts zu suchen, lass die finger von, lass deine finger von, lass bloß die finger von, finger von, hände von, pfoten weg, griffel weg, lass die hände von, ein kündigungsgrund, kündigungsgrund",
    ),
    (
        Frozen,
        "nur lesen, nur lesend, nur planen, nur schauen, nur anschauen, nur gucken, nur ansehen, nur vorschlagen, nur vorschläge, nur analysieren, nur berichten, mach nichts, mache nichts, tu nichts, nichts tun, nichts machen, noch nichts, \
        nichts ändern, ändere nichts, nichts anfassen, fass nichts an, rühr nichts an, keine aktionen, keine aktion, keine änderungen, keine änderung, nichts ausführen, führ nichts aus, führe nichts aus, nichts unternehmen, unternimm nichts, leg noch nicht los, \
        fang noch nicht an, noch nicht anfangen, noch nicht loslegen, handle nicht, warte auf mich, alles so lassen, lass alles so, lass alles wie es ist, trockenlauf, keine werkzeuge, keine tools, tu .. nichts, mach .. nichts, ändere .. nichts, unternimm .. nichts, fass .. nichts an",
    ),
    (
        Ask,
        "frag, frage, fragen, fragst, gefragt, nachfragen, nachfrage, frag nach, frage nach, rückfrage, rückfragen, rücksprache, bestätig*, bestätigung, freigabe, freigabe von mir, freigeben, freigegeben, freigebe, genehmig*, genehmigung, zustimm*, zustimmung, \
        einwilligung, einverständnis, erlaubnis, erlaube, ok von mir, mein ok, meinem ok, mein okay, meinem okay, mein ja, meinem ja, meine zusage, absprache, absprechen, abgesprochen, absegnen, segen, abnicken, abnahme, grünes licht, erst mit mir, sprich mit mir, sprich .. mit mir ab, \
        stimm .. mit mir ab, abstimmen, abgestimmt, zeig mir, zeige mir, zeig es mir, mir zeigen, mir vorlegen, leg mir .. vor, vorlegen, sag mir vorher bescheid, sag vorher bescheid, bescheid, melde dich, meld dich, informiere mich, möchte ich sehen, will ich sehen, will ich erst sehen, möchte ich prüfen, will ich prüfen, \
        ich entscheide, entscheide ich, meine entscheidung, vier augen, hol .. ein, einholen, konsultier*, autorisier*, ja von mir, kläre, klär, anweisung, auf anweisung, unterschrift, erst prüfen lassen, ist meine sache, ist mein job, ist meine aufgabe, mache ich selbst, mach ich selbst, mache ich selber, mach ich selber, überlass .. mir, überlasse .. mir, überlass mir, überlasst mir, erledige ich, übernehme ich, ich kümmere mich, kümmere ich mich, spreche ich selbst, spreche ich ab, spreche ich, bleibt mir vorbehalten, mir vorbehalten, vorbehalten, zustimmst, zustimme, zugestimmt, mein einverständnis, freizeichn*, freigezeichnet, gegenzeichn*, gutheiß*, gutgeheißen, bewillig*, bewilligung*, geprüft habe, gesehen habe, gelesen habe, gegengelesen, angeschaut habe, es gesehen, ich gesehen, ich es gesehen, drübergeschaut, draufgeschaut, durchgesehen, mein go, mein startzeichen, startschuss, grünes licht gebe, ok gebe, mein wort, bis ich es sage, ich es sage, ich sage, ich es ausdrücklich sage, ich es dir sage, ich dir sage, auf meine anweisung, auf zuruf, auf ansage, anordne, verlange, darum bitte, ich bitte, ich will es, ich bin einverstanden, ich einverstanden, abzeichn*, genehmige, nachfragst, frag erst, frag vorher, frag zuerst, anfrag*, rückversicher*, vergewisser*, halte rücksprache, halt rücksprache, ruf mich, mit mir abstimmst, mit mir ab, mit mir abgestimmt, leg es mir vor, leg mir, vorgelegt, zeig vorher, ein mensch, menschliche freigabe, zweite person, zweiten person, vier augen prinzip, mein segen, meinen segen, meine erlaubnis, meine freigabe, meiner freigabe, meine zustimmung, meiner zustimmung, meine genehmigung, meiner genehmigung, meine bestätigung, meine ok, okay von mir, bestätigt habe, einverstanden, abklär*, klär .. mit mir, von .. geprüft, von .. gesehen, von .. gelesen, von .. abgenommen, geprüft werden, abgenommen, anrufen und fragen, halt an und frag, ruf mich an, ruf mich vorher an, laufen über mich, läuft über mich, gehen über mich, geht über mich, über meinen tisch, über meinen schreibtisch, durch mich, bei mir anfragen, bei mir nachfragen, bei mir melden, bei mir meldest, melde dich bei mir",
    ),
    (
        Unasked,
        "ungefragt, unaufgefordert, ohne nachzufragen, ohne zu fragen, ohne mich zu fragen, ohne rückzufragen, ohne rücksprache, ohne absprache, unbestätigt, ohne bescheid zu sagen, heimlich, ohne mein wissen, ohne meine erlaubnis, ohne mein ok, ohne mein okay, ohne rückfrage, ohne nachfrage, ohne bestätigung, ohne freigabe, ohne genehmigung, ohne zustimmung, ohne meine zustimmung, ohne vorherige absprache, hinter meinem rücken, ohne vorwarnung",
    ),
    (
        Alone,
        "selbstständig, selbständig, von selbst, von dir aus, von allein, alleine, allein, automatisch, auf eigene faust, eigenständig",
    ),
    (Unbidden, "eigenmächtig, eigenmächtig*"),
    (
        AtMost,
        "höchstens, maximal, max, nicht mehr als, bis zu, nie mehr als, niemals mehr als, keine mehr als, limit, obergrenze, maximum, nicht über, weniger als, allerhöchstens, nicht mehr wie, keinesfalls mehr als, begrenz* auf, beschränk* auf, limitier* auf, deckel* bei",
    ),
    (
        MoreThan,
        "mehr als, über, oberhalb von, größer als, grösser als, höher als, ab mehr als, übersteig*, teurer als, überschreit*, von mehr als, teurer, ab einem betrag von, jenseits von, mehr wie",
    ),
    (OrMore, "ab, oder mehr, mindestens, aufwärts"),
    (Per, "pro, je, am, in der, im, alle, in einer, in einem, innerhalb von"),
    (Time(60), "minute, minuten"),
    (Time(3600), "stunde, stunden, stündlich"),
    (Time(86_400), "tag, täglich, heute"),
    (Time(604_800), "woche, wöchentlich, wochen"),
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
    (Before, "bevor, vor, vorher, ehe, zuerst, vorab, zuvor, vor dem, vor der, vor jedem, vor jeder, bevor du, vor allem anderen, ehe du"),
    (
        Unless,
        "es sei denn, außer wenn, ausser wenn, sofern nicht, wenn nicht, außer auf, ausser auf, außer ich, ausser ich, außer nach, ausser nach, außer mit, ausser mit, außer auf meinen, es sei denn ich, ohne dass",
    ),
    (
        Until,
        "bis, solange, so lange, vorerst, fürs erste, im moment, momentan, noch nicht, einstweilen, zunächst, vorläufig, solange ich nicht, so lange ich nicht, bis auf weiteres, bis ich",
    ),
    (If, "wenn, falls, sobald, nachdem, während, sofern, am wochenende, freitags, am freitag, nachts, nach"),
    (Only, "nur, ausschließlich, lediglich, nichts anderes, sonst nichts, bloß, erst"),
    (Except, "außer, ausser, ausgenommen, abgesehen von, mit ausnahme von, bis auf"),
    (Outside, "außerhalb, ausserhalb, außerhalb von, ausserhalb von, nicht in, anderswo, überall sonst, sonst überall"),
    (And, "und, oder, noch, sowie, bzw, weder"),
    (But, "aber, jedoch, sondern, doch, allerdings, dagegen"),
    (Neglect, "vergiss, vergisst, vergessen, versäume, versäumen, verzichte, verzichten, überspring*"),
    (Doubt, "im zweifel, im zweifelsfall, wenn du unsicher bist, bei unsicherheit, wenn unklar, bei unklarheiten, bei fragen"),
    (Question, "warum, wieso, weshalb, wie, was, wer, wann, wo, welche, hast du, habe ich, hab ich, ist das"),
    (
        Verb(Verb::Remove),
        "lösch*, loesch*, gelöscht*, geloescht*, entfern*, entfernt, wegwerf*, wirf .. weg, weggeworfen, vernicht*, beseitig*, tilg*, bereinig*, leer*, geleert, ausleer*, papierkorb, räum .. auf, aufräumen, schmeiß .. weg, wegschmeiß*, zu löschen, verwerf*, verwirf, deinstallier*, ausblend*, verlier*, verloren, plattmach*, platt mach*, platt zu machen, formatier*, kill*, wegputz*, rausschmeiß*, rauswerf*, wirf .. raus, ausradier*, auslösch*, schredder*, zerstör*, entsorg*, eliminier*, wisch .. weg, kübel*, ausmist*, miste .. aus, aussortier*, abräum*, putz .. weg, hau .. weg, weghau*, lösch, vernichte",
    ),
    (
        Verb(Verb::Cancel),
        "stornier*, abbestell*, absag*, sag .. ab, kündig*, gekündigt, widerruf*, bestellung zurück*, gecancelt, canceln, cancel, rückgängig mach*, abblas*, abgesagt, storno, stornos, storniert, abzusagen, kündigen, kündige, zurückgeb*, zurückschick*",
    ),
    (
        Verb(Verb::Change),
        "änder*, aender*, geändert*, veränder*, verändert, bearbeit*, anpass*, angepasst, pass .. an, modifizier*, umbenenn*, benenn .. um, aktualisier*, umschreib*, schreib .. um, verstell*, umstell*, stell .. um, editier*, verschieb*, verschoben, schreib in, konfigurier*, ausschalt*, deaktivier*, aktivier*, abschalt*, lockern, umbau*, erweiter*, refaktorier*, abänder*, überarbeit*, überarbeitet, nachbearbeit*, umformulier*, korrigier*, reparier*, fix, fixe, fixen, umorganisier*, umsortier*, umstrukturier*, umbenannt, umkonfigurier*, herumschraub*, schraub .. an, dran rum, rumschraub*, patch*, tausch*, austausch*, einstell*, hochstuf*, runterstuf*, pausier*, umgeh*, umgang*, aushebel*, heble .. aus, benenn* .. um, benenne .. um, nenn* .. um, dreh* .. an, schraub* .. an, stell* .. um, bau* .. um",
    ),
    (
        Verb(Verb::Touch),
        "anfass*, anfasst, fass .. an, fasse .. an, anrühr*, angerührt, rühr .. an, rühre .. an, antast*, herumpfusch*, anzufassen, berühr*, ran, rangehen, taste .. an, angefasst",
    ),
    (
        Verb(Verb::Overwrite),
        "überschreib*, überschrieben, ueberschreib*, ersetz*, zurücksetz*, zurückgesetzt, setz .. zurück, wiederherstell*, rückgängig*, revert*, überspiel*, einspielen von backups, ersetzt, zurückspiel*",
    ),
    (
        Verb(Verb::Create),
        "erstell*, anleg*, angelegt, leg .. an, erzeug*, hinzufüg*, füg .. hinzu, schreib, schreibe, schreiben, mach, mache, machen, eröffn*, anzulegen, lege .. an, erstellt, füge .. hinzu, geschrieben, richte .. ein, einricht*, eingerichtet",
    ),
    (Verb(Verb::Move), "kopier*, verschieb*, verschoben, umzieh*, umlager*, auslager*"),
    (
        Verb(Verb::Send),
        "send*, gesendet, schick*, geschickt, verschick*, versend*, abschick*, absend*, raus, rausgeht, rausgehen, rausschick*, weiterleit*, leit .. weiter, antwort*, beantwort*, kontaktier*, benachrichtig*, schreib .. an, anschreib*, anruf*, ruf .. an, mailen, melden bei, zuschick*, nachricht an, versand, abgeschickt, verschickt, hinausgeht, versandt, absetz*, losschick*, rausgeh*, telefonier*, leite .. weiter, maile, mailt, simsen, anpingen, ping*, einreich*, reich .. ein, zusend*, kontaktaufnahme, meldest dich bei, rundmail*, anmailen, nachhak*, nachrichten, annehm*, akzeptier*, nimm .. an, ablehn*, angenommen",
    ),
    (Verb(Verb::Invite), "einlad*, eingeladen, lad .. ein, lade .. ein, einladung*, zusag*, sag .. zu"),
    (
        Verb(Verb::Share),
        "teil, teile, teilen, geteilt, weitergeb*, gib .. weiter, weitergegeben, herausgeb*, preisgeb*, überlass*, freizugeben für, freigibst, ordner freigeben, dateien freigeben, dokumente freigeben, dokument freigeben, ordner .. freigeben, gebt .. weiter, rausgeb*, teilst, herausgib*",
    ),
    (
        Verb(Verb::Publish),
        "veröffentlich*, veroeffentlich*, publizier*, poste, posten, gepostet, postest, öffentlich*, ankündig*, releas*, online stell*, stell .. online, ins netz, twittern, online gestellt, ins netz stell*, öffentlich mach*, öffentlich stell*, öffentlich gemacht, bloggen, blogge, twitter*, rauskommt, veröffentlicht, postet, freischalten im web",
    ),
    (Verb(Verb::Comment), "kommentier*, kommentar*"),
    (
        Verb(Verb::Grant),
        "vergib, vergebe, vergeben, vergibst, vergabe, erteil*, gewähr*, räum .. ein, einräum*, entzieh*, zugriff geben, gib .. zugriff, zugriff gewähren, berechtig .., rechte geben, gib .. rechte, befördern zum admin, freischalt*, gib .. zugang, zum admin mach*, mach .. zum admin, entzogen, sperr*, gesperrt, entsperr*, gewährst, zuweis*, rechte vergeb*, rechte änder*, berechtigt, zum admin, hinzufügen zur gruppe, hochgestuft, ban*, bannen, gebannt, aussperr*, rausnehm*, nutzer anleg*, benutzer anleg*, benutzerkonten anleg*, konten anleg*, mitglieder hinzufüg*, aufnehmen in",
    ),
    (Verb(Verb::Rotate), "rotier*"),
    (
        Verb(Verb::Pay),
        "zahl*, bezahl*, gezahlt, überweis*, überweisung*, ueberweis*, kauf*, gekauft, einkauf*, bestell*, buch*, gebucht, ausgeb*, ausgib*, ausgeben, gib .. aus, geld aus, spende*, erstatt*, rückerstatt*, abonnier*, abschließ*, investier*, abbuch*, kosten, kostet, kostenpflichtig*, reservier*, ersteiger*, verkauf*, zahlung*, auszugeben, ausgibst, überwiesen, rückzahl*, zurückzahl*, zurückerstatt*, erstattet, buchst, bestellst, kaufst, verkauft, spend*, ausgegeben, beauftrag*, miet*, leas*, handel*, trad*, bezahlst, zahlst, abgebucht, auslag*, gutschrift*, gutschreib*, vertrag*, anschaff*, geldausgaben, ausgaben, auszahl*, auszahlung*",
    ),
    (
        Verb(Verb::Deploy),
        "ausroll*, roll .. aus, rollout, bereitstell*, stell .. bereit, in betrieb nehm*, einspiel*, ausgerollt, deploy*, deployt, ausliefer*, ausgeliefert, ausrollst, zurückroll*, roll .. zurück, zurückgerollt, rollback*, hochskalier*, skalier*, runterskalier*, provisionier*, live stell*, live bring*, veröffentlichung auf prod, inbetriebnahme, umschalten auf, release auf prod, hochfahr*, fahr .. hoch",
    ),
    (
        Verb(Verb::GoLive),
        "live gehen, live geht, geht live, live schalten, live stellen, live nehmen, geht .. live, produktiv schalten, produktiv gehen",
    ),
    (
        Verb(Verb::Restart),
        "neustart*, neu start*, neu zu starten, starte .. neu, herunterfahr*, fahr .. herunter, stopp .. dienst, durchstart*, neugestartet, neu gestartet, reboot*, rebooten, heruntergefahren, runterfahr*, fahr .. runter, fahre .. runter, stopp*, stoppe .. dienste, anhalt*, halt .. an, abschieß*, abschiess*, beende .. dienst, beenden",
    ),
    (Verb(Verb::Migrate), "migrier*, migration*"),
    (
        Verb(Verb::Run),
        "ausführ*, ausgeführt, führ .. aus, führe .. aus, auszuführen, start, starte, starten, gestartet, startest, lass .. laufen, laufen lassen, aufruf*, ausführst, ausführt, laufen lass*, anstoß*, stoß .. an, anwerf*, wirf .. an, trigger*, triggern, aufgerufen, einplan*, plan .. ein",
    ),
    (Verb(Verb::Build), "baue, bauen, bau, kompilier*, build, builds"),
    (
        Verb(Verb::Install),
        "installier*, installation*, neue abhängigkeit*, abhängigkeit*, installiert, installierst, nachinstallier*, hinzufügen von paketen, neue pakete, einbind*, hol .. pakete, updates einspiel*",
    ),
    (
        Verb(Verb::Upload),
        "hochlad*, hochgeladen, lad .. hoch, lade .. hoch, preisgib*, offenleg*, offengelegt, ausgeplaudert, einfügen in, verrat*, verrätst, weiterreich*, ausleit*, hochlädst, hochlädt, uploade*, einfüg*, füg .. ein, leak*, geleakt, ausdruck*, druck*, ausgib* im log, veröffentliche daten, preisgeb*, gib .. preis, weitersag*, verräts*",
    ),
    (Verb(Verb::Leave), "verlass*, verlässt, nach außen, nach aussen, aus dem haus, an dritte, an außenstehende, extern weiter*"),
    (
        Verb(Verb::Read),
        "lies, lese, lesen, liest, gelesen, anschau*, schau .. an, öffne, öffnen, einsehen, einsicht, zugreif*, greif .. zu, durchsuch*, ansehen, reinschau*, hineinschau*, reinguck*, guck .. rein, gucken, guckst, schnüffel*, stöber*, herumschnüffel*, einseh*, angucken, durchles*, mitles*, abhör*",
    ),
    (
        Verb(Verb::Fetch),
        "herunterlad*, lad .. herunter, lade .. herunter, runterlad*, abruf*, ruf .. ab, surf*, aufrufen, internetzugriff, netzzugriff, ins internet, netzwerkzugriff, api aufrufe, api anfragen, runtergeladen, heruntergeladen, downloade*, download, downloads, surfen, googel*, abfrag* von webseiten, aus dem netz, aus dem internet, scrap*, crawl*",
    ),
    (Verb(Verb::Archive), "archivier*, archiviert, als gelesen markier*, ablegen"),
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
        "daten, datensatz, datensätze*, datenbank*, eintrag, einträge*, information*, angaben, zeilen, objekt*, element*, sache, sachen, ding, dinge, backups, sicherung*, sicherungskopie*, kontakte, stammdaten, verlauf, inhalte, inhalt, tabelle*, protokoll*, logs, statistik*, zeile*, spalte*, kundendatensatz*",
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
        "recht, rechte, rechten, berechtigung*, zugriffsrecht*, zugriff, zugriffe, zugang, rolle, rollen, adminrecht*, freigaben, freigabe einstellungen, freigabeeinstellungen, sichtbarkeit, firewall*, besitzer*, sicherheitseinstellung*, rechtevergabe, zugriffsrechten, schutzregel*, freigabelink*, sicherheitsregel*, adminrechte, zugriffsberechtigung*, eigentümer*, gruppe, gruppen, virenscanner, virenscanner*, virenschutz*, schutz, sicherung der tür, filter*, sandbox",
    ),
    (
        Object(Object::Member),
        "mitglied*, benutzerkont*, benutzer, teilnehmer*, nutzer*, benutzerkonten, konten, account*, kundenkonto*, user, teammitglied*, gast, gäste",
    ),
    (
        Object(Object::Money),
        "geld, geldbetrag, zahlungsmittel, kreditkarte*, konto, bankkonto, budget, dauerauftr*, lastschrift*, betrag, beträge, gutschein*, firmenkarte, karte, aktie*, wertpapier*, sparkonto, krypto*, bitcoin*, paypal, gehalt*, gehälter, spesen, steuer*, versicherung*, firmenkreditkarte*, euro betrag, kosten, beträge*, mahnung*, gutschrift*, abrechnung*, werbung, anzeigenbudget, rabatt*, nachlass*, bonus",
    ),
    (
        Object(Object::Order),
        "bestellung*, buchung*, abo, abos, abonnement*, flug, flüge, hotel*, reservierung*, auftrag, aufträge, tarif*, vertrag, verträge, mitgliedschaft*",
    ),
    (Object(Object::Event), "termin, termine*, kalender*, besprechung*, veranstaltung*, meeting*, verabredung*, einladung*"),
    (
        Object(Object::Message),
        "nachricht*, mail*, e mail*, email*, kunde, kunden, brief*, jemand, jemanden, jemandem, empfänger*, kollegen, chat*, lieferant*, leute, irgendwen, externe adressen, adressen, newsletter*, formular*, presse, journalist*, mitarbeiter*, partner*, kundin*, dritte, dritten, bewerber*, mieter*, nachbar*, chef*, whatsapp*, irgendjemand*, sms, verteiler*, rundschreiben, kommentar, kommentare, chef",
    ),
    (
        Object(Object::Post),
        "beitrag, beiträge*, webseite*, website*, artikel*, soziale medien, sozialen medien, social media, blog*, seite, linkedin, facebook, instagram, pressemitteilung*, inserat*, anzeige*, forum*, foren",
    ),
    (Object(Object::Ticket), "pull request*, issue*, ticket*"),
    (Object(Object::Branch), "zweig*, branch*, remote, remote repo*, hauptzweig, history, historie, tags"),
    (
        Object(Object::System),
        "server*, dienst, dienste*, system, systeme*, infrastruktur*, cluster*, maschine*, umgebung*, container*, netzwerk*, produktivserver*, vm, vms, knoten, pod, pods, instanz*, webserver*, rechner*, feature flag*, lastverteiler*",
    ),
    (Object(Object::Release), "release, releases, version, versionen"),
    (Object(Object::Package), "paket*, software*, bibliothek*, programme, programm, app, apps, erweiterung*"),
    (
        Object(Object::Program),
        "befehl*, skript*, kommando*, code ausführ*, cronjob*, cron job*, geplante aufgabe*, automatisierung*, hintergrundaufgabe*, unteragent*, programm aus dem netz, shell skript*, makro*",
    ),
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
        bitte, immer, stets, jemals, je, wirklich, einfach, auch, dann, da, dort, hier, davon, dazu, dafür, damit, daran, so, sehr, jede, jeden, jedem, jeder, jedes, alle, allen, aller, diese, dieser, dieses, diesen, irgendein, irgendeine, irgendeinen, man, sich, sie, ihn, ihm, ihr, ihnen, dass, ob, ausdrücklich, explizit, schriftlich, vorherige, vorherigen, neue, neuen, alte, alten, mal, schon, gar, ganz, egal, überhaupt, selbst, auch nicht, ja, ab jetzt, ab sofort, künftig, in zukunft, von nun an, jetzt, gebe, gibt, gib, gegeben, lass, lasse, lassen, soll, sollst, sollen, sollte, will, möchte, willst, kann, könnte, wie immer, hole, hol, nimm, nehmen, komm, kommt, gehen, geht, geh, jemand anderes, andere, anderen, anderer, den anderen, bleiben, bleibt, jeweils, welcher, sage, sagt, gesagt, das ok, grund, um, als, wieder, bestehende, bestehenden, vorhandene, vorhandenen, produktive, merci, danke, veranlass*, material, team, niemals jemand, bitteschön, grundsätzlich, prinzipiell, strengstens, strikt, streng, selber, eigene, eigenen, eigener, gefälligst, insbesondere, besonders, sämtliche, sämtlicher, externe adresse, über haupt, diesbezüglich, wirst, werde, würde, würdest, euch, unserem, unserer, unseres, seinen, deren, dessen, etwa, bereits, sofort, vorheriger, versehentlich, egal was, komplett, vollständig, mehrere, viele, alles andere, paar, dieselbe",
    ),
    (Verb(Verb::Truncate), "trunkier*, leert, leeren, geleert werden"),
    (Verb(Verb::Close), "schließ*, schliess*, geschlossen, zumach*, mach .. zu, schließe, wiedereröffn*"),
    (Verb(Verb::Unsubscribe), "abmeld*, meld .. ab, melde .. ab, abgemeldet, entfolg*, austrag*, trag .. aus, deabonnier*, stummschalt*"),
    (
        Verb(Verb::Switch),
        "ausschalt*, schalt .. aus, schalte .. aus, einschalt*, schalt .. ein, anschalt*, schalt .. an, abschalt*, schalt .. ab, schalte .. ab, ausgeschaltet, abgeschaltet, ausmach*, mach .. aus, runterdreh*, aufdreh*, hochdreh*, abdreh*, aufschließ*, aufschliess*, schließ .. auf, aufsperr*, sperr .. auf, verriegel*, entriegel*, abstell*, stell .. ab, umschalt*",
    ),
    (Verb(Verb::Merge), "merg*, gemergt, gemerged, zusammenführ*, reinmergen, einmergen, mergst"),
    (Verb(Verb::Push), "pusht, hochpush*, pushst, raufpush*"),
    (
        Verb(Verb::ForcePush),
        "force pushen, force gepusht, forcepush*, force pusht, erzwungene pushes, history umschreib*, historie umschreib*",
    ),
    (Verb(Verb::Commit), "einchecken, committest, comitten, commits"),
    (
        Object(Object::Device),
        "heizung*, thermostat*, licht, lichter, lampe*, tür*, haustür*, garagentor*, alarmanlage*, alarm, schloss, ofen, herd, kamera*, drucker*, auto*, rollläden, jalousie*, klimaanlage*, steckdose*, gerät*, pumpe*, ventil*, roboter*",
    ),
    (Object(Object::Process), "prozess*, daemon*, hintergrundjob*"),
    (Number(40), "vierzig"),
    (Number(11), "elf"),
    (Number(200), "zweihundert"),
    (Number(500), "fünfhundert"),
    (Number(25), "fünfundzwanzig"),
    (Number(60), "sechzig"),
    (Time(31_536_000), "jahr, jährlich"),
    (Object(Object::Invoice), "rechnung*"),
    (Postpone, "warte mit, wart mit, warte noch mit, halt dich zurück mit"),
    (
        Elsewhere,
        "sonst, überall sonst, alles andere, alles übrige, anderswo, woanders, ansonsten, andernfalls, in allen anderen fällen, darüber, alles darüber, im übrigen",
    ),
    (Object(Object::Disk), "festplatte*, laufwerk*, datenträger*, partition*, usb stick*, ssd, volume*"),
];
