//! Portuguese, of Brazil and of Portugal.

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (
        Not,
        "não, nunca, jamais, nada, ninguém, nenhum, nenhuma, nem, de jeito nenhum, em hipótese alguma, sob nenhuma circunstância, de modo algum, em caso algum, evite, evita, evitar, deixe de, não .. nada, não .. nenhum, não .. nenhuma, não .. nunca, não .. ninguém, não pode, não podes, não deve, não deves, não devem, não podem, tampouco, pare de, para de, nem pensar, nunca jamais, de forma alguma, de maneira nenhuma, de modo nenhum, sob hipótese alguma, em nenhuma hipótese, em circunstância alguma, nada de, absolutamente nada, nao, n, não quero que, nem pense em, nem sonhando",
    ),
    (
        Forbid,
        "proibido, proibida, proibidos, proibidas, é proibido, vedado, fora dos limites, não permitido, não é permitido, intocável*, deixe .. como está, deixe .. como estão, ficam como estão, fica como está, fique longe de, não autorizado, tire as mãos, proíb*, proib*, te proíbo, terminantemente proibido, estritamente proibido, fora de questão, inadmissível, não cabe a você, não é sua função, tabu, nem mexa, não se mexe, vedad*, motivo de demissão, inaceitável, impensável, tira a mão de, tire a mão de",
    ),
    (
        Frozen,
        "somente leitura, só leitura, apenas leitura, só ler, só planeje, apenas planeje, só sugira, apenas sugira, só propor, apenas propor, só olhar, apenas olhe, apenas analise, só analise, não faça nada, não faz nada, não faças nada, não mexa em nada, não mexe em nada, não mexas em nada, não toque em nada, não altere nada, não mude nada, não modifique nada, não execute nada, não aja, nenhuma ação, nenhuma alteração, nenhuma mudança, sem alterações, \
        não comece, me espere, espere por mim, não faça .. nada, não faz .. nada, não mexa .. nada, não altere .. nada, não mude .. nada",
    ),
    (
        Ask,
        "pergunte, pergunta, perguntar, perguntes, me pergunte, pergunte me, pergunta me, perguntando, consulte, consultar, consulta, me consulte, confirme, confirmar, confirma, confirmes, confirmo, me confirme, confirmação, confirmado, aprovação, aprove, aprovar, aprovo, aprovado, autorização, autorize, autorizar, autorizo, permissão, minha permissão, consentimento, aval, meu ok, meu okay, meu sim, sinal verde, luz verde, carta branca, \
        avise, me avise, avisar, avisa me, me mostre, mostre me, mostrar, me mostra, deixe eu ver, deixa eu ver, quero ver, quero revisar, quero aprovar, revisão, eu decido, decisão minha, fale comigo, fala comigo, verifique comigo, cheque comigo, combine comigo, combinar comigo, peça, pede, pedir, solicite, solicitar, eu mande, eu mandar, eu diga, eu disser, minha ordem, eu autorizar, eu aprovar, eu confirmar, eu veja, eu ver, anuência, passa por mim, passar por mim, passam por mim, passe por mim, por mim, eu cuido, deixa comigo, deixe comigo, eu faço, eu mesmo faço, é comigo, é minha responsabilidade, minha decisão, eu autorize, eu aprove, eu confirme, eu peça, eu pedir, eu ordene, eu der o ok, der o ok, eu dê o ok, dê o ok, dou o ok, meu aval, meu consentimento, minha aprovação, minha autorização, minha confirmação, minha bênção, minha liberação, liberação, eu liberar, liberado, minha anuência, aval de, de acordo comigo, acerte comigo, alinhe comigo, alinhar comigo, alinhado comigo, me consulta, me consultar, me perguntar, me pergunta, me avisa, me peça, pedir permissão, peça permissão, eu tenha visto, eu tiver visto, eu tenha revisado, eu revisar, eu revise, eu olhar, eu conferir, confira comigo, um humano, uma pessoa, revisão humana, quatro olhos, dupla checagem, meu sinal, minha instrução, a meu pedido, sob minha ordem, ratific*, cheque antes, me mostre antes, preciso aprovar, visto por, vistos por, revisado por, conferido por, verificado por, assinado por, me ligue antes, pare e pergunte",
    ),
    (
        Unasked,
        "sem perguntar, sem me perguntar, sem consultar, sem me consultar, sem avisar, sem me avisar, sem que eu, sem permissão, sem autorização, sem minha autorização, sem a minha autorização, sem minha permissão, sem a minha permissão, sem minha aprovação, sem aprovação, sem confirmação, sem o meu ok, sem meu ok, sem meu aval, sem o meu aval, sem pedir, sem pedir permissão, sem falar comigo, sem eu saber, pelas minhas costas, sem aviso, sem consentimento",
    ),
    (
        Alone,
        "por conta própria, sozinho, sozinha, automaticamente, por iniciativa própria, por sua conta, por tua conta, por conta, por si só",
    ),
    (
        AtMost,
        "no máximo, máximo, max, não mais de, não mais do que, não mais que, até, nunca mais de, nunca mais que, limite, menos de, não passe de, não exceda, não ultrapasse, sem passar de, limite se a, um máximo de, máximo de, teto de, no maximo",
    ),
    (
        MoreThan,
        "mais de, mais que, mais do que, acima de, superior a, superiores a, maior que, maior do que, exced*, ultrapass*, superior, superiores, de mais de, além de, maior de, mais caro que, que custe mais de, que custem mais de, passar de, passe de, acima",
    ),
    (OrMore, "ou mais, a partir de, pelo menos"),
    (Per, "por, cada, ao, em um, numa, num"),
    (Time(60), "minuto, minutos"),
    (Time(3600), "hora"),
    (Time(86_400), "dia, diári*, hoje"),
    (Time(604_800), "semana, semanal*"),
    (Time(2_592_000), "mês, mensal*"),
    (Number(2), "dois, duas"),
    (Number(3), "três"),
    (Number(4), "quatro"),
    (Number(5), "cinco"),
    (Number(6), "seis"),
    (Number(7), "sete"),
    (Number(8), "oito"),
    (Number(9), "nove"),
    (Number(10), "dez"),
    (Number(12), "doze"),
    (Number(15), "quinze"),
    (Number(20), "vinte"),
    (Number(30), "trinta"),
    (Number(50), "cinquenta"),
    (Number(100), "cem"),
    (Number(1000), "mil"),
    (Currency, "reais, r$, dólares, real"),
    (Measure, "linhas, caracteres, palavras, páginas, horas, dias, anos, frases, por cento"),
    (Must, "deve, devem, tem que, têm que, precisa, precisam, requer, exige, é preciso"),
    (May, "pode, podes, está bem, tudo bem, é permitido, livre para, permitido, à vontade, sem problema, tem permissão"),
    (
        NoNeed,
        "não precisa, não precisas, não é necessário, não é preciso, não há necessidade, já não precisa, pare de perguntar, não tem que, não tens de, dispensa",
    ),
    (Without, "sem"),
    (Before, "antes de, antes, antes do, antes da, antes que, primeiro, previamente, antes de tudo"),
    (
        Unless,
        "a menos que, salvo se, exceto se, a não ser que, a não ser, a menos que eu, salvo ordem, salvo autorização, exceto quando, salvo quando, exceto com, salvo com, a não ser com, senão com",
    ),
    (
        Until,
        "até que, enquanto não, enquanto eu não, por enquanto, por ora, ainda, até eu, até lá, até segunda ordem, até que eu, até minha, até o meu, antes que eu",
    ),
    (
        If,
        "se, quando, enquanto, depois, depois que, depois de, após, uma vez, às sextas, nos fins de semana, à noite, durante, caso, assim que, às sextas feiras, na sexta, sexta feira, aos sábados, aos domingos, no fim de semana, de noite, nas férias, em emergência, emergência*, fora do horário",
    ),
    (Only, "só, somente, apenas, unicamente, exclusivamente, nada mais"),
    (Except, "exceto, salvo, menos, fora, com exceção de, tirando"),
    (Outside, "fora de, fora do, fora da, que não sejam, que não seja, diferente de, diferentes de, em outro lugar"),
    (And, "e, ou, nem, bem como"),
    (But, "mas, porém, contudo, entretanto"),
    (Neglect, "esqueç*, esquec*, deixe de, deixes de, omit*, pular"),
    (Doubt, "em caso de dúvida, na dúvida, se tiver dúvida, se tiver dúvidas, se não tiver certeza"),
    (Question, "por que, por quê, porque, como, o que, quem, qual, quando foi, onde"),
    (
        Verb(Verb::Remove),
        "apag*, apagu*, delet*, exclu*, remov*, elimin*, destru*, lixeira, lixo, esvazi*, descart*, desinstal*, limp*, jogar fora, jogue fora, ocult*, perd*, exclusão, exclusões, formatar, formate, formata, formatação, zerar, zere, detone, detonar, jogar no lixo, joga fora, sumir com, suma com, apague, raspar",
    ),
    (Verb(Verb::Cancel), "cancel*, anul*, estorn*, devolv*, desmarc*, cancelamento*, rescind*, desfaç*, desfaz*"),
    (
        Verb(Verb::Change),
        "mud*, alter*, modific*, modifiqu*, edit*, atualiz*, ajust*, renome*, reescrev*, adapt*, desativ*, ativ*, reconfigur*, ampli*, corrij*, corrig*, troc*, troqu*, remarc*, reagend*, escrev* em, refator*, alteração, alterações, mudança*, edição, edições, modificação, modificações, arrum*, consert*, reescrit*, burl*, contorn*, driblar",
    ),
    (Verb(Verb::Touch), "mex*, toc*, toqu*"),
    (Verb(Verb::Overwrite), "sobrescrev*, substitu*, redefin*, restaur*, revert*, sobrescrita, reponh*, zer* a senha"),
    (
        Verb(Verb::Create),
        "crie, criar, cria, cries, criação, adicion*, acrescent*, faça, faz, faças, fazer, escrev*, gere, gerar, gera, abrir, abra, abre, ponha, colo*, inser*",
    ),
    (Verb(Verb::Move), "mov*, copi*, mova"),
    (
        Verb(Verb::Send),
        "envi*, envie, mand*, respond*, contat*, contact*, notific*, notifiqu*, encaminh*, reencaminh*, escreva para, escrever para, ligar, ligue, liga, ligu*, dispar*, fale com, falar com, envio, envios, telefon*, escrev* para, escreva aos, escrever aos, responder, mandar, mande, dispare, repasse a mensagem, contatar, reenvi*, submet*, enviar o formulário, e-mails de saída, aceit*, recus*",
    ),
    (Verb(Verb::Invite), "convid*, convit*, convoc*, convoqu*"),
    (Verb(Verb::Share), "compartilh*, partilh*, divulg*, repass*, compartilhamento de, ced*, passar para terceiros, repasse, repassar"),
    (
        Verb(Verb::Publish),
        "public*, publiqu*, post*, pública, público, publicamente, tornar público, tuit*, anunci*, publicação, publicações, postagem, postagens, torn* .. público, torne .. público, tornar .. público, tornar .. pública, deixar .. público, anúncio*, tuíte*",
    ),
    (Verb(Verb::Comment), "coment*"),
    (
        Verb(Verb::Push),
        "dar push, dê push, fazer push, faça push, faz push, suba para o repo*, push*, suba .. código, subir código, subir alterações, suba alterações, empurr*",
    ),
    (Verb(Verb::Commit), "fazer commit, faça commit, commitar, commite, comite, dar commit, faz commit, commit*"),
    (Verb(Verb::Merge), "mescl*, fazer merge, faça merge, merge*, mesclagem, mergear, mesclar"),
    (
        Verb(Verb::Grant),
        "conced*, outorg*, dar acesso, dê acesso, dá acesso, dar permiss*, dê permiss*, revog*, revogu*, atribu*, liber*, desbloque*, revogação, remov* .. acesso*, remover .. acesso, tir* .. acesso, tirar .. permiss*, ban*, banir, bana, bloque*, bloquear usuários, expuls*, suspend*, adicion* .. membro*, adicionar .. membros, adicione .. membros, crie .. conta*, criar .. conta, criar .. contas, promov*, torn* .. administrador, dar .. acesso, dê .. acesso, dar .. direitos, habilit*, conced* .. permissões, conceda permissões",
    ),
    (
        Verb(Verb::Pay),
        "pagar, pague, paga, pago, pagamento*, pagando, pagu*, compr*, gast*, transfir*, transfer*, reserv*, reembols*, assin*, assine, doe, doar, doação, investi*, cobr*, contrat*, cust*, encomend*, vend*, pix, pagamentos, compra, compras, comprar, gasto, gastos, transferência*, transferências, reembolso*, assinar, venda*, alug*, deposit*, saqu*, sacar, doações, desembols*, fatur* para, adquir*, estorno*, encomendar, empenh*",
    ),
    (
        Verb(Verb::Deploy),
        "implant*, subir para produção, suba para produção, colocar em produção, coloque em produção, fazer deploy, faça deploy, faz deploy, deploy*, publicar em produção, implantação, implantações, rollback*, revert* .. deploy, reverter o deploy, voltar a versão, escal*, escalar, provision*, subir pra produção, subir em produção, jogar em produção, joga em produção, lançamento*, lanç* .. versão, release*",
    ),
    (Verb(Verb::GoLive), "entrar no ar, colocar no ar, no ar, ao vivo"),
    (
        Verb(Verb::Restart),
        "reinici*, deslig* o servidor, derrub*, reinício*, reboot*, reboota*, desligue o servidor, desligar o servidor, desligar .. servidor*, desligar máquinas, desligue .. máquina*, par* o servidor, parar .. serviço*, pare .. serviço*, mat* .. processo*, matar, mate .. processos, encerr* .. processo*",
    ),
    (Verb(Verb::Migrate), "migr*"),
    (
        Verb(Verb::Run),
        "execut*, rodar, rode, roda, rodes, corr*, inici*, lanç*, execução, execuções, rodem, dispar* .. job*, agend* tarefa*, agendar tarefas, agendar, agende",
    ),
    (Verb(Verb::Build), "compil*, constru*"),
    (Verb(Verb::Install), "instal*, dependênci*, instalação, instalações, instale, atualizar .. dependências"),
    (
        Verb(Verb::Upload),
        "suba, subir, vaz*, expo*, expõ*, cole, colar, revel*, imprim*, faça upload, upload, upload*, subir .. nuvem, suba .. nuvem, enviar .. nuvem, enviar arquivos para a nuvem, carreg* arquivo*, vazamento*, vazar, exib*, imprimir",
    ),
    (Verb(Verb::Leave), "sair, saia, saiam, a terceiros, para terceiros, para fora da empresa"),
    (
        Verb(Verb::Read),
        "ler, leia, lê, leias, acess*, olh*, abrir arquivos, leitura, lendo, abrir .. arquivo*, abrir arquivo*, abrir, abra, bisbilhot*, fuç*, xeret*, espi*, escut*, ver",
    ),
    (
        Verb(Verb::Fetch),
        "baix*, naveg*, acesso à internet, chamadas de api, chamadas à api, requisições, download*, baixar, buscar na internet, acesse a internet, acessar a internet",
    ),
    (Verb(Verb::Archive), "arquiva, arquivar, arquive, marc* como lid*"),
    (Verb(Verb::Act), "aja, agir, age, ação, ações, prossig*, continu*, passo, passos, operação, operações, realiz*, proced*"),
    (Verb(Verb::Use), "use, usar, usa, uses, utiliz*"),
    (
        Object(Object::File),
        "arquivo, arquivos, ficheiro*, pasta*, documento*, código, configurações, diretório*, foto*, imagem, imagens, anexo*, nota*, rascunho*, projeto, planilha*, conteúdo*, pastas, diretórios",
    ),
    (
        Object(Object::Data),
        "dado*, registro*, registo*, banco de dados, base de dados, informaç*, entrada*, item, itens, coisa*, backup*, tabela*, contatos, histórico, linha*, cópia de segurança",
    ),
    (
        Object(Object::Secret),
        "segredo*, confidencia*, dados pessoais, dados de clientes, dados dos clientes, dados sensíveis, dados privados, prontuário*",
    ),
    (Object(Object::Credential), "senha*, palavra passe, palavras passe, chave*, credencia*, certificado*"),
    (
        Object(Object::Access),
        "permissões, as permissões, permissões de acesso, permissão de acesso, acesso*, direito*, papéis, função de admin, privilégio*, visibilidade, firewall*, administrador*, proprietário*, compartilhamento, partilha, direitos de admin, antivírus, filtro*",
    ),
    (
        Object(Object::Member),
        "membro*, usuários, utilizadores, participante*, conta do cliente, conta de usuário, contas de usuário, conta, contas, usuário*, utilizador*, grupo*, equipe",
    ),
    (
        Object(Object::Money),
        "dinheiro, pagamento*, cartão, cartões, conta bancária, orçamento, fundos, conta de luz, bolsa de valores, cripto*, bitcoin*, folha de pagamento, salário*, imposto*, seguro*, materiais, despesa*, cheque*, valor*, valores, faturamento, cobrança*, publicidade, desconto*, bônus",
    ),
    (
        Object(Object::Order),
        "pedido*, reserva*, assinatura*, voo*, hotel*, passagem, passagens, encomenda*, assinatura, minha assinatura, plano, planos, meu plano, contrato, tarifa",
    ),
    (Object(Object::Event), "reunião, reuniões, evento*, calendário*, agenda, compromisso*, convite*"),
    (
        Object(Object::Message),
        "mensagem, mensagens, email*, e mail*, mail*, cliente*, alguém, destinatário*, fornecedor*, carta*, pessoas, conversa*, newsletter*, boletim, boletins, lista de e mail*, formulário*, imprensa, jornalista*, terceiro*, endereço*, candidato*, vizinho*, todo mundo, contato*, whatsapp*, parceiro*, comentário*, chefe",
    ),
    (Object(Object::Post), "artigo*, página*, site*, redes sociais, blog*, fórum*, linkedin, facebook, instagram, publicação*"),
    (Object(Object::Ticket), "ticket*, issue*, chamado*"),
    (Object(Object::Branch), "ramo*, repositório*, branch*, remoto*, repositório remoto, histórico do git"),
    (
        Object(Object::System),
        "servidor*, serviço*, sistema*, infraestrutura*, máquina*, ambiente*, cluster*, clusters, instância*, contêiner*, container*, banco de produção",
    ),
    (Object(Object::Release), "release, releases, version, versiones, versão, versões, versione, versioni, versión"),
    (Object(Object::Package), "pacote*, software, biblioteca*, aplicativo*, programa*, extensão*, extensões"),
    (
        Object(Object::Program),
        "comando*, script*, tarefa cron, tarefas cron, cron, tarefa agendada, tarefas agendadas, automação*, automações",
    ),
    (Object(Object::Internet), "internet, web, rede, link*, url*"),
    (Object(Object::Tool), "ferramenta*"),
    (
        Anything,
        "qualquer coisa, algo, tudo, qualquer ação, qualquer alteração, qualquer mudança, o que for, cada ação, toda ação, alguma coisa",
    ),
    (Umbrella(Umbrella::Destructive), "destrutiv*"),
    (Umbrella(Umbrella::Grave), "irreversíve*, arriscad*, perigos*, crític*, importante*, definitiv*"),
    (Umbrella(Umbrella::External), "extern*"),
    (Umbrella(Umbrella::Changing), "que modifique, que altere, que mude"),
    (Place, "produção, prod, homologação"),
    (
        Saying,
        "minta, mentir, mente, invent*, mencion*, adivinh*, suponh*, desculp*, expliqu*, explic*, diga, dizer, alucin*, exager*, promet*, resum*",
    ),
    (
        Style,
        "emoji*, breve*, curt*, educad*, português, inglês, tom, estilo, jargão, formal*, palavra, frase, cuidado*, responda em, responda sempre, responda sempre em, responde em, mensagem de commit, mensagens de commit, concis*, maiúscula*, travess*, gíria*, objetiv*",
    ),
    (
        Small,
        "o, a, os, as, um, uma, uns, umas, de, do, da, dos, das, em, no, na, nos, nas, com, para, pra, por, pelo, pela, sobre, que, eu, tu, você, vocês, ele, ela, nós, me, mim, te, ti, se, lhe, meu, minha, meus, minhas, teu, tua, seu, sua, seus, suas, nosso*, nossa*, este, esta, esse, essa, isso, isto, é, são, ser, seja, está, estão, há, tem, por favor, sempre, também, muito, já, mais, bem, absolutamente, explícit*, explicitamente, express*, agora, a partir de agora, daqui em diante, de agora em diante, novo*, nova*, velho*, velha*, antigo*, todos, todas, toda, todo, cada, qualquer, algum, alguma, outro*, outra*, mesmo, mesma, dê, dá, dar, vez, tipo, quero, quiser, parte, lá, aí, aqui, sim, então, depois disso, comigo, prévia, prévio, ao, à, às, aos, nele, nela, disso, obrigado, obrigada, existente*, atual, atuais, valeu, time, grupo, vários, várias, sexta, estritamente, terminantemente, próprio, própria, prefiro, preferia, gostaria, queria, massa, lote, hipótese, nisso, quem, caso algum, tornar, jeito",
    ),
    (Verb(Verb::Truncate), "trunc*"),
    (Verb(Verb::Close), "fech*, encerr*, feche, resolv*, reabr*"),
    (Verb(Verb::Unsubscribe), "descadastr*, desinscrev*, cancel* .. inscrição, cancelar .. inscrição, cancele .. inscrição, desassin*"),
    (
        Verb(Verb::Switch),
        "deslig*, desligu*, ligar o, ligue o, liga o, ligar a luz, destranc*, destranqu*, tranc*, tranqu*, acend*, apagar a luz, apagar as luzes",
    ),
    (Verb(Verb::ForcePush), "push forçado, forçar push, force push, push à força, reescrev* o histórico"),
    (
        Object(Object::Device),
        "aquecimento, luz, luzes, porta*, alarme*, fechadura*, forno, câmera*, impressora*, carro*, persiana*, termostato*, ar condicionado, garagem, portão, lâmpada*",
    ),
    (Object(Object::Process), "processo*, daemon*"),
    (Object(Object::Particular), "configuração, configurações, config*, teste*, fotos, backups, logs, cópias de segurança"),
    (Time(31_536_000), "ano, anual*"),
    (Number(11), "onze"),
    (Number(40), "quarenta"),
    (Number(200), "duzentos, duzentas"),
    (Number(500), "quinhentos"),
    (Number(25), "vinte e cinco"),
    (Object(Object::Invoice), "fatura, faturas, boleto*"),
    (Postpone, "espere para, espere antes de, espera antes de, aguarde para, aguarde antes de, segure"),
    (
        Elsewhere,
        "em qualquer outro lugar, em outros casos, o resto, para o resto, todo o resto, o restante, caso contrário, acima disso, senão",
    ),
    (Object(Object::Disk), "disco*, disco rígido, partição, partições, pendrive*, unidade*, volume*"),
];
