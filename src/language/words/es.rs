//! Spanish.

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (
        Not,
        "no, nunca, jamás, nada, nadie, ningún, ninguna, ninguno, ni, de ninguna manera, en ningún caso, bajo ninguna circunstancia, bajo ningún concepto, evita, evitar, abstente de, deja de, no .. nada, no .. ningún, no .. ninguna, no .. nunca, no .. nadie, no se puede, no puedes, no debes, no debe, no deben, nunca debes, tampoco, nunca jamás, de ningún modo, en absoluto, ni hablar, en ninguna circunstancia, por nada del mundo, nada de, ningunos, absolutamente nada, jamas, ni se te ocurra, no vayas a, no quiero que",
    ),
    (
        Forbid,
        "prohibido, prohibida, prohibidos, prohibidas, queda prohibido, está prohibido, vetado, fuera de límites, no permitido, no está permitido, no se permite, manos fuera de, intocable*, deja .. como está, deja .. como están, se quedan como están, se queda como está, sin tocar, aléjate de, no autorizado, prohíb*, prohib*, te prohíbo, prohibición, queda terminantemente prohibido, terminantemente prohibido, ni tocar, no se toca, no se tocan, no tocar, inadmisible, descartado, no tienes permiso para, no es tu trabajo, no te corresponde, vedado, tabú, nada que hacer, motivo de despido, inaceptable, impensable, quita las manos de, las manos fuera",
    ),
    (
        Frozen,
        "solo lectura, sólo lectura, modo lectura, solo leer, solo planifica, solo planea, solo propón, solo sugiere, solo proponer, solo sugerir, solo mirar, solo mira, solo analiza, no hagas nada, no haga nada, no toques nada, no toque nada, no cambies nada, no modifiques nada, no ejecutes nada, no actúes, ninguna acción, ningún cambio, sin cambios, sin hacer cambios, sin tocar nada, \
        espérame, no empieces, no hagas cambios, no hagas ningún cambio, simulacro, nada de cambios, quédate quieto, no hagas .. nada, no toques .. nada, no cambies .. nada, no modifiques .. nada",
    ),
    (
        Ask,
        "pregunta, pregúntame, preguntame, preguntar, preguntarme, preguntes, pregunte, preguntando, preguntarnos, consulta, consúltame, consultame, consultar, consultarme, consultarlo, consulte, consúltalo, confirma, confirmar, confirmes, confirme, confírmame, confirmo, confírmalo, confirmarlo, confirmación, confirmado, aprobación, apruebe, aprueba, aprobar, aprobado, apruebo, autorización, autorice, autorizo, autorizar, permiso, mi permiso, visto bueno, consentimiento, \
        mi ok, mi okay, mi sí, luz verde, avísame, avisame, avisar, avisarme, aviso, enséñame, muéstrame, mostrarme, enseñarme, déjame ver, déjame revisar, quiero ver, quiero revisar, quiero aprobar, revisión, revisarlo, yo decido, decido yo, lo decido yo, verifica conmigo, háblalo conmigo, coméntamelo, pide, pídeme, pedir, pedirme, solicita, solicitar, te diga, te lo diga, diga, yo lo diga, lo vea, lo revise, los vea, aval, acuerdo, por mí, pasar por mí, pasa por mí, pasan por mí, pase por mí, pasar antes por mí, me encargo yo, yo me encargo, lo hago yo, déjamelo a mí, déjame a mí, es cosa mía, es mi trabajo, decisión mía, lo autorizo, lo apruebo, yo lo apruebo, yo lo apruebe, yo apruebe, yo autorice, yo autorizo, lo apruebe, lo autorice, lo confirme, yo lo confirme, yo lo autorice, te avise, yo te avise, te lo pida, te lo ordene, yo te lo pida, yo te lo diga, a petición mía, si te lo pido, te lo indique, lo indique, mi señal, mi orden, mi autorización, mi aprobación, mi consentimiento, mi confirmación, mi visto bueno, el visto bueno de, beneplácito, conformidad, anuencia, mi bendición, bendición, de acuerdo conmigo, acordar conmigo, acuérdalo conmigo, consensu*, tú me preguntas, háblame, hablarlo conmigo, lo haya visto, lo haya revisado, lo he visto, lo haya aprobado, haya aprobado, haya dado el ok, dé el ok, dé mi ok, dé luz verde, dar el ok, dar luz verde, doble verificación, cuatro ojos, un humano, una persona, supervisión humana, revisión humana, pedirme permiso, pide permiso, avisándome, preguntándome, ratific*, refrend*, firm* yo, someter a mi, visto por, revisado por, verificado por, firmado por, llámame antes, para y pregunta, detente y pregunta, párate y pregunta",
    ),
    (
        Unasked,
        "sin preguntar, sin preguntarme, sin consultar, sin consultarme, sin avisar, sin avisarme, sin mi permiso, sin que yo, sin permiso, sin autorización, sin mi autorización, sin mi aprobación, sin aprobación, sin mi consentimiento, sin confirmación, sin mi visto bueno, sin mi ok, sin decírmelo, sin pedir permiso, sin pedirme permiso, a mis espaldas, sin que lo sepa, sin aviso, sin autorización previa",
    ),
    (
        Alone,
        "por tu cuenta, por su cuenta, tú solo, automáticamente, por iniciativa propia, por tu propia iniciativa, de forma autónoma, por su cuenta y riesgo, a tu aire, por libre, por ti mismo, por ti solo",
    ),
    (
        AtMost,
        "como máximo, máximo, max, no más de, hasta, a lo sumo, nunca más de, límite, menos de, como mucho, tope, no supere, no superes, sin superar, sin pasar de, no pases de, limítate a, tope de, un máximo de, máximo de, no excedas, hasta un máximo de",
    ),
    (
        MoreThan,
        "más de, superior a, superiores a, por encima de, mayor que, mayor a, mayores de, supere*, supera*, exced*, más que, superior, superiores, por más de, de más de, mayor de, más allá de, más caro que, que cueste más de, que cuesten más de, arriba de",
    ),
    (OrMore, "o más, a partir de, al menos"),
    (Per, "por, cada, al, a la, en un, en una"),
    (Time(60), "minuto, minutos"),
    (Time(3600), "hora"),
    (Time(86_400), "día, diari*, hoy"),
    (Time(604_800), "semana, semanal*"),
    (Time(2_592_000), "mes, mensual*"),
    (Number(2), "dos"),
    (Number(3), "tres"),
    (Number(4), "cuatro"),
    (Number(5), "cinco"),
    (Number(6), "seis"),
    (Number(7), "siete"),
    (Number(8), "ocho"),
    (Number(9), "nueve"),
    (Number(10), "diez"),
    (Number(12), "doce"),
    (Number(15), "quince"),
    (Number(20), "veinte"),
    (Number(30), "treinta"),
    (Number(50), "cincuenta"),
    (Number(100), "cien, ciento"),
    (Number(1000), "mil"),
    (Currency, "pesos, dólares, dólar"),
    (Measure, "líneas, caracteres, palabras, páginas, horas, días, años, frases, por ciento"),
    (Must, "debe, deben, tiene que, tienen que, necesita, necesitan, requiere, requieren, hay que"),
    (
        May,
        "puedes, puede, está bien, están bien, se puede, libre de, permitido, está permitido, adelante, sin problema, tienes permiso, libremente",
    ),
    (
        NoNeed,
        "no hace falta, no es necesario, no necesitas, no necesita, no tienes que, ya no hace falta, deja de preguntar, no hay que, no hay necesidad de",
    ),
    (Without, "sin"),
    (Before, "antes de, antes, antes que, antes de que, primero, previamente, previo a, previa"),
    (
        Unless,
        "a menos que, salvo que, excepto si, salvo si, a no ser que, a menos que yo, salvo orden, salvo autorización, excepto cuando, salvo cuando, excepto con, salvo con, si no es con",
    ),
    (
        Until,
        "hasta que, mientras no, por ahora, de momento, por el momento, todavía, aún, hasta nuevo aviso, hasta que no, hasta mi, en tanto no, mientras yo no",
    ),
    (
        If,
        "si, cuando, mientras, una vez, después, después de, siempre que, los viernes, los fines de semana, de noche, durante, tras, en cuanto, los sábados, los domingos, los lunes, el viernes, en viernes, el fin de semana, por la noche, en vacaciones, en caso de emergencia, emergencia*, fuera de horario",
    ),
    (Only, "solo, sólo, solamente, únicamente, exclusivamente, nada más"),
    (Except, "excepto, salvo, menos, aparte de, con excepción de, a excepción de"),
    (
        Outside,
        "fuera de, fuera del, que no sean, que no sea, ajeno a, ajenos a, distinto de, distintos de, distintas de, en otro sitio, en otra carpeta",
    ),
    (And, "y, e, o, u, ni, así como"),
    (But, "pero, sino, sin embargo, aunque"),
    (Neglect, "olvid*, dejes de, omit*, saltarte, te saltes"),
    (Doubt, "en caso de duda, ante la duda, si tienes dudas, si dudas, si no estás seguro"),
    (Question, "por qué, cómo, qué, quién, cuál, cuándo, dónde, acaso"),
    (
        Verb(Verb::Remove),
        "borr*, elimin*, suprim*, quit*, destru*, tirar, tires, tira, papelera, vací*, vaci*, descart*, desinstal*, limpi*, purg*, ocult*, pierd*, remuev*, remov*, formate*, formatear, formatees, arras*, tiren, botar, bota, botes, aniquil*, liquid*, trituri*, vaciad*, depur*",
    ),
    (
        Verb(Verb::Cancel),
        "cancel*, anul*, dar de baja, des de baja, da de baja, devolv*, devuelv*, cancelación, cancelaciones, anulación, anulaciones, rescind*",
    ),
    (
        Verb(Verb::Change),
        "cambi*, modific*, modifiqu*, edit*, actualiz*, actualic*, ajust*, alter*, renombr*, reescrib*, adapt*, desactiv*, activ*, reconfigur*, ampli*, corrij*, corrig*, refactoriz*, mover la reunión, reprogram*, escrib* en, modificación, modificaciones, correg*, retoc*, retoqu*, intercambi*, reagend*, aplaz*, pospon*, edición, ediciones, arregl*, salt* el control, evad*, eludir, eludas, burl*",
    ),
    (Verb(Verb::Touch), "toc*, toqu*, acerqu*"),
    (
        Verb(Verb::Overwrite),
        "sobrescrib*, sobreescrib*, reemplaz*, reemplac*, sustitu*, reinici* contraseña, restaur*, revert*, revierta*, machac*, pises, pisar, sobreescritura, sobrescritura, restablec*, reviert*",
    ),
    (
        Verb(Verb::Create),
        "crea, crear, crees, cree, creación, añad*, agreg*, haz, hacer, hagas, haga, escrib*, gener*, abrir, abras, abre, pon, poner, pongas, inserta*",
    ),
    (Verb(Verb::Move), "mov*, muev*, copi*, trasla*"),
    (
        Verb(Verb::Send),
        "envi*, envíen, mand*, respond*, conteste*, contest*, contact*, notific*, notifiqu*, reenv*, escríbele*, escribe a, escribir a, escribas a, llam*, comuníc*, salga, salir, envío, envíos, enviar, escrib* a, escribirle*, mensaje*, reenvi*, reenví*, telefone*, avis* a los clientes, remit*, contestar, emit*, manden, correo saliente, enviar el formulario, conteste, acept*, rechaz*",
    ),
    (Verb(Verb::Invite), "invit*, invite*, invitación*, convoc*, convoqu*"),
    (Verb(Verb::Share), "compart*, divulg*, difund*, entreg*, compárt*, ced*, pas* a terceros"),
    (
        Verb(Verb::Publish),
        "public*, publiqu*, poste*, hacer público, hagas público, pública, público, públicamente, subir a la web, tuite*, anunci*, publicación, publicaciones, postee*, hacer .. público, hacer .. pública, hagas .. público, hagas .. pública, tuit*, colgar en, cuelg*",
    ),
    (Verb(Verb::Comment), "coment*"),
    (
        Verb(Verb::Push),
        "hagas push, hacer push, haz push, empuj*, subas al repo*, subir al repo*, subir cambios, subas cambios, sube cambios, subir código, subas código, push*, pushe*, empuje*",
    ),
    (Verb(Verb::Commit), "hagas commit, hacer commit, haz commit, hagas commits, hacer commits, commit*, confirmar cambios, comite*"),
    (Verb(Verb::Merge), "fusion*, hagas merge, hacer merge, merge*, fusione*, fusionar, mezcl* .. rama*, integrar la rama"),
    (
        Verb(Verb::Grant),
        "conced*, otorg*, otorgu*, dar acceso, des acceso, da acceso, dar permisos, des permisos, dar .. permisos, revoc*, revoqu*, asign*, desbloque*, des derechos, revocación, quit* .. acceso*, quit* .. permiso*, quitar .. permisos, quites .. permisos, bane*, bloque*, bloquear usuarios, bloque* .. usuarios, expuls*, añad* .. miembro*, añadir .. miembros, agreg* .. miembro*, agregar .. miembros, crea .. cuenta*, crear .. cuentas, crear .. cuenta, crees .. cuentas, hacer .. administrador, hagas .. administrador, dé acceso, dar .. acceso, ascend*, asignación, darle .. acceso",
    ),
    (
        Verb(Verb::Pay),
        "pagar, pagues, paga, pague, pago, pagos, pagando, paguen, compr*, gast*, transfier*, transferenc*, transfer*, reserv*, reembols*, suscrib*, suscripci*, donación, donaciones, dona, donar, invert*, inviert*, cobr*, contrat*, pedido .. compra, cuest*, vend*, pida comida, encarg*, pagu*, compras, compra, gasto, gastos, transferencia*, reembolso*, suscripción nueva, comprar, pedir .. suministros, pedir suministros, pedir comida, pedir material*, haz un pedido, hacer un pedido, hacer pedidos, hagas pedidos, alquil*, venta*, abon*, deposit*, retir* dinero, gir* dinero, desembols*, facturar, adquir*, factur* a, bizum",
    ),
    (
        Verb(Verb::Deploy),
        "despleg*, desplieg*, despliegue*, implement* en producción, lanzar a producción, subir a producción, subas a producción, pasar a producción, pases a producción, despliegues, deployar, deploye*, pasar a prod, subas a prod, subir a prod, rollback*, revertir el despliegue, revertir .. versión, vuelta atrás, escal*, escalar, aprovision*, lanzamiento*, lanzar .. versión, levant* .. servicio*, revierta*",
    ),
    (Verb(Verb::GoLive), "salir en vivo, salga en vivo, en vivo, ponga en línea, poner en línea"),
    (
        Verb(Verb::Restart),
        "reinici*, apag*, det* el servidor, reinicio*, reboot*, deten*, detén*, par* el servidor, parar .. servicio*, tumb*, matar, mates, mata, termin* .. proceso*, terminar procesos",
    ),
    (Verb(Verb::Migrate), "migr*"),
    (
        Verb(Verb::Run),
        "ejecut*, corr*, lanz*, lances, inici*, arranc*, ejecución, ejecuciones, ejecutes, programar tareas, programes tareas, programa tareas, agend* tareas, dispar*, poner en marcha, arranques",
    ),
    (Verb(Verb::Build), "compil*, constru*"),
    (Verb(Verb::Install), "instal*, dependenci*, instalación, instalaciones, instales, meter dependencias, actualizar .. dependencias"),
    (
        Verb(Verb::Upload),
        "suba, subas, subir, sube, suban, subirlo, filtr*, expon*, expong*, pegu*, pega, pegar, revel*, muestres, imprim*, subas .. nube, subida*, cargar archivos, filtraciones, imprimir, desvel*",
    ),
    (Verb(Verb::Leave), "salgan, sale, salen, salga de, salir de, a terceros, fuera de la empresa"),
    (
        Verb(Verb::Read),
        "lea, leas, lean, lea, leas, leer, lee, abr* archivo*, acced*, mir*, ver los, lectura, leyendo, abr* .. archivo*, abrir .. archivos, abrir archivos, husme*, curiose*, espi*, hurg*, escuch*, mirar",
    ),
    (
        Verb(Verb::Fetch),
        "descarg*, naveg*, acceso a internet, llamadas api, llamadas a la api, peticiones, bajar de internet, bajes, bajarte, descarga*, conect* a internet, buscar en internet, solicitudes http",
    ),
    (Verb(Verb::Archive), "archiva, archivar, archives, archiv*, marc* como leído"),
    (
        Verb(Verb::Act),
        "actú*, actu*, acción, acciones, proced*, continú*, continu*, paso, pasos, operación, operaciones, realiz*, realic*, ejecutes acciones",
    ),
    (Verb(Verb::Use), "usa, usar, uses, use, usen, usando, utiliz*, utilic*"),
    (
        Object(Object::File),
        "archivo, archivos, fichero*, carpeta*, documento*, código, pruebas, directorio*, foto*, imagen, imágenes, adjunto*, nota*, borrador*, proyecto, hoja de cálculo, hojas de cálculo, contenido*, carpetas, directorios",
    ),
    (
        Object(Object::Data),
        "dato*, registro*, base de datos, bases de datos, información, entrada*, elemento*, cosa*, copia de seguridad, copias de seguridad, respaldo*, tabla*, contactos, historial, fila*",
    ),
    (
        Object(Object::Secret),
        "secreto*, confidencial*, datos personales, datos de clientes, datos sensibles, datos privados, historias clínicas, datos de los clientes, información confidencial",
    ),
    (Object(Object::Credential), "contraseña*, clave*, credencial*, llave*, clave api, claves api, certificado*"),
    (
        Object(Object::Access),
        "permisos, los permisos, permiso de acceso, permisos de acceso, acceso*, derecho*, rol, roles, privilegio*, visibilidad, cortafuegos, administrador*, propietario*, compartición, configuración de seguridad, firewall*, permisos de admin, antivirus, filtro*",
    ),
    (
        Object(Object::Member),
        "miembro*, usuarios, participante*, cuenta del cliente, cuenta de usuario, cuentas de usuario, cuenta*, usuario*, grupo*, equipo",
    ),
    (
        Object(Object::Money),
        "dinero, pago*, tarjeta*, cuenta bancaria, presupuesto, fondos, domiciliación*, acciones de bolsa, bolsa, cripto*, bitcoin*, nómina*, salario*, impuesto*, seguro*, suministros, gastos, euros de compra, cheque*, importe*, monto*, facturación, publicidad, descuento*, bonificación",
    ),
    (
        Object(Object::Order),
        "pedido*, reserva*, suscripción*, vuelo*, hotel*, billete*, suscripción, suscripciones, mi suscripción, pasaje*, mi plan, plan de pago, tarifa, mi contrato",
    ),
    (Object(Object::Event), "cita*, reunión*, reuniones, evento*, calendario*, cita, citas, invitación*"),
    (
        Object(Object::Message),
        "mensaje*, correo*, email*, e mail*, mail*, cliente*, alguien, destinatario*, proveedor*, carta*, gente, conversación, conversaciones, boletín, boletines, newsletter*, lista de correo, listas de correo, listas, formulario*, prensa, periodista*, tercero*, dirección, direcciones, candidato*, vecino*, todos los contactos, todo el mundo, nadie externo, whatsapp*, comentario*, jefe",
    ),
    (Object(Object::Post), "artículo*, página*, sitio*, redes sociales, blog*, foro*, publicación*, linkedin, facebook"),
    (Object(Object::Ticket), "ticket*, issue*, incidencia*"),
    (Object(Object::Branch), "rama*, repositorio*, remoto*, repo remoto, historial de git"),
    (
        Object(Object::System),
        "servidor*, servicio*, sistema*, infraestructura*, máquina*, entorno*, clúster*, cluster*, instancia*, contenedor*, base de datos de producción",
    ),
    (Object(Object::Release), "release, releases, version, versiones, versão, versões, versione, versioni, versión"),
    (Object(Object::Package), "paquete*, software, librería*, biblioteca*, aplicación*, programa*, extensión*"),
    (
        Object(Object::Program),
        "comando*, script*, código ajeno, tarea cron, tareas cron, cron, tarea programada, tareas programadas, trabajo*, automatización*",
    ),
    (Object(Object::Internet), "internet, web, red, enlace*, url*"),
    (Object(Object::Tool), "herramienta*"),
    (Anything, "cualquier cosa, algo, todo, cualquier acción, cualquier cambio, lo que sea, toda acción, cada acción, todos los cambios"),
    (Umbrella(Umbrella::Destructive), "destructiv*"),
    (Umbrella(Umbrella::Grave), "irreversible*, riesgos*, arriesgad*, peligros*, crític*, importante*, definitiv*"),
    (Umbrella(Umbrella::External), "extern*, hacia fuera"),
    (Umbrella(Umbrella::Changing), "que modifique, que cambie, que modifica"),
    (Place, "producción, prod, preproducción"),
    (
        Saying,
        "mientas, mentir, miente, invent*, menciones, mencion*, adivin*, supong*, disculp*, explic*, digas, decir, di, alucin*, tutea*, exager*, promet*, resum*",
    ),
    (
        Style,
        "emoji*, emoticono*, breve*, cort*, amable*, educad*, español, inglés, tono, estilo, jerga, formal*, viñetas, palabra, frase, cuidado*, responde en, responde siempre, responde siempre en, responde breve*, mensaje de commit, mensajes de commit, anglicismo*, mayúscula*, guion*, conciso*",
    ),
    (
        Small,
        "el, la, los, las, lo, un, una, unos, unas, de, del, a, al, en, con, para, por, sobre, desde, entre, que, quien, cual, yo, tú, tu, usted, él, ella, nosotros, me, mí, mi, mis, te, ti, se, le, les, nos, su, sus, tus, nuestro*, nuestra*, este, esta, estos, estas, ese, esa, eso, esto, es, son, ser, sea, está, están, ha, he, has, han, hay, haya, favor, por favor, siempre, también, muy, ya, más, bien, absolutamente, explícit*, explícitamente, expres*, antemano, ahora, a partir de ahora, de ahora en adelante, en adelante, nuevo*, nueva*, viejo*, vieja*, todos, todas, toda, cada, cualquier, algún, alguna, algunos, otro*, otra*, mismo, misma, dé, doy, da, dado, vez, mano, tipo, quiero, quieres, quiera, parte, vayas, vaya, conmigo, así, aquí, ahí, allí, sí, entonces, luego, gracias, existente*, actual*, material*, equipo, grupo, varios, varias, viernes, terminantemente, estrictamente, bajo, ello, propia, propio, mejor, preferiría, prefiero, gustaría, quisiera, masa, lote, tales, dicho, dicha, mayor parte, alguien más, ajenas",
    ),
    (Verb(Verb::Truncate), "trunc*, truncar, truncate"),
    (Verb(Verb::Close), "cerrar, cierr*, cerr*, resolv*, resuelv*, reabr*"),
    (Verb(Verb::Unsubscribe), "darme de baja de, dar de baja .. lista*, des de baja .. lista*, darme de baja, desuscrib*, desapunt*"),
    (Verb(Verb::Switch), "apag*, apagu*, encend*, enciend*, desenchuf*, prend*"),
    (Verb(Verb::ForcePush), "push forzado, push forzados, forzar el push, push a la fuerza, reescrib* el historial"),
    (
        Object(Object::Device),
        "calefacción, luz, luces, puerta*, alarma*, cerradura*, horno, cámara*, impresora*, coche*, persiana*, termostato*, aire acondicionado, garaje, lámpara*",
    ),
    (Object(Object::Process), "proceso*, demonio*"),
    (Object(Object::Particular), "configuración, configuraciones, config*, prueba*, test, tests, fotos, copias de seguridad, logs"),
    (Time(31_536_000), "año, anual*"),
    (Number(11), "once"),
    (Number(40), "cuarenta"),
    (Number(200), "doscientos, doscientas"),
    (Number(500), "quinientos, quinientas"),
    (Number(25), "veinticinco"),
    (Number(1), "una sola, un solo"),
    (Object(Object::Invoice), "factura, facturas"),
    (Postpone, "espera para, espera antes de, aguarda antes de"),
    (
        Elsewhere,
        "en cualquier otro sitio, en otro lugar, en otros casos, lo demás, todo lo demás, el resto, para el resto, por lo demás, en caso contrario, por encima de eso, más allá",
    ),
    (Object(Object::Disk), "disco*, disco duro, partición, particiones, memoria usb, unidad, unidades, volumen*"),
];
