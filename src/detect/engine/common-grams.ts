/**
 * The commonest runs of four letters in source code and its papers, case folded: each more than 25 times per megabyte of 147 MB
 * of packages for JavaScript, Python, Perl and C. An anchor is better looked for by any other four of its bytes.
 */
export const COMMON_GRAMS: ReadonlySet<string> = new Set(
  (
    '__fi __in __la __re _add _all _api _arg _att _bas _bin _bit _buf _cha _cla _cod _col _com _con _dat _def _dir _dis _end _err _exp _ext _fil _fir _fla ' +
    '_for _fro _fun _get _gli _has _imp _ind _inf _ini _int _is_ _ite _key _las _len _lin _lis _mas _max _mod _nam _nod _not _opt _out _par _pat _pos _pre ' +
    '_pro _ptr _ran _rea _ref _req _res _set _siz _sta _str _tex _to_ _tra _typ _use _val _ver abel abil able abor acce aces ache acka acke acte acti acto ' +
    'adab adat adde addi addr ader adin adon afte ages agic agno aila aile ails aine aini ains aint aise aits ajor alar algo alia alid alig aliz all_ allb ' +
    'alle allo alls ally alre alse also alue alwa ame_ amed ames amet ampl anag ance anch anda andl ando ands ange angu anne anno ansf anti apie appe appi ' +
    'appl arac aram arat arch arco ardi ared aren arge args argu aria arni arra arro arse arti arts arye ascr ase_ ased ases asse assi asso ast_ aste asyn ' +
    'ata_ atch ate_ ated atee ateg atem ater ates atfo aths atib atic atin atio ativ atom ator atte attr atur atus ault ause auth auto avai awai back base ' +
    'bcxx been befo begi bers biag bigi bili bina bind bits bjec ble_ bled bles blic bloc body bool bort boun bqum bquu bqyx brac brar brea brsx bstr buff ' +
    'buil bute buti byte cach cagi cala cale call cann cape card case cast catc cate cati cato caus cbia cces ceco ceiv cema cens cent ceof cept cert cess ' +
    'chai chan char chec ched chem cher ches chil chin chun cial cifi ckag cked cker cket clar clas clea clie clon clos clud code codi coll colo colu comb ' +
    'comm comp conc cond conf conn cons cont conv cook cope copy cora cord core corr coun cove cpan crea crip cryp cted cter ctio ctiv ctly ctor ctua ctur ' +
    'cula cume curr curs cust cuti cxx_ dabl data date dati dded ddin ddit ddre deat debu decl deco deep defa defi dejs dele denc dent depe depr deps dept ' +
    'der_ dere derr ders desc dest deta dete devi diag dica dict diff difi digi ding dire disa disc disp dist dite diti dlen dler dlev dlin docs docu does ' +
    'doma done donl doub down dows dquf dres dtyp duce dule e_co e_in e_re e_ty each eada eade eadi eado eads eady earc ease eate eatu ebug ecat ecei eche ' +
    'ecif ecke ecla ecod ecom econ ecor ect_ ecte ecti ectl ecto ects ecur ecut edec edef edia edir eerr eexp efau efer efil efin efix efla efor egat eger ' +
    'egex egin egio egis egme eigh eint eith ekey elat elds elea elec elem elet elis elpe else emai emap embe emen emit emor emov empl empt emve enab enam ' +
    'enbq ence enci enco ende endi endo ends ener engt enod ense ensi ent_ enta ente enti entl entr ents entt enum envi eout epar epat epen epla epor epre ' +
    'epro epth epti equa eque equi erab eral eran erat ered eref eren erfa erfo erge eria eric erif erin ermi erna erpr erri erro erse ersi erte erti erty ' +
    'erve ervi erwi esca escr esen eser eset esli esol esou espa espo essa esse essi esso est_ esta este esti estr ests esul etad etai etch eter ethe etho ' +
    'ette etti etur etyp eval evbq evel even ever evic exam exce excl exec exer exis exit expe expl expo expr ext_ exte extr extu eywo face fact fail fals ' +
    'fast faul fbqy fbrs fdle feat fect fere ffec ffer ffff ffle ffse fica fied fiel fier fig_ figu file fill filt fina find fine fini firs fixe flag flat ' +
    'floa flow fnde fngl foll font forc fore form forw foun fquf fram free from fset fter ftwa full func gate gene gest get_ geta getc getp gets gett gexp ' +
    'gger gica gify gina gint gion gist gith give gl_a glap glen glib glin glob glsi glui gmen gnal gnat gned gnme gnor gnos gnut gori gram grap grou gume ' +
    'gura hain hand hang hann hara harc hare hars hash have head heck hell help hema heme here herw hese heth hich hift high hild hile hing hite hods hold ' +
    'hook hort host houl hout hrea hrow html http hunk iabl iagn iali iana iate ibcx ibil ible ibra ibut icag ical icat icen ices icit icod idat ided iden ' +
    'ideo ider idth ield ient iers iffe ific ifie ifnd ifor ight igin igit igna igne ignm igno igur ilab ilde iled ilen iler iles ilin ilit ilte ilti imag ' +
    'imeo imes imit impl impo imum inal inar inat ince incl inde indi indo ine_ ined iner ines info ing_ ingi ingl ings inin inis init inli inor inpu inse ' +
    'insi insp inst int_ inte into intr ints inue inux inva invo ion_ iona ione ionr ions iont ious iple ipti irec ired ires irst isab isar isin isit ispl ' +
    'issi issu iste isti istr ists itab ital itch item iter ites ithe ithm itho ithu itia itio itiv itor itra itte ivat iven iver ixed izat ize_ ized izei ' +
    'izer java ject join json just kage kens key_ keys keyw kind king know l_ap labe labl lace lags lang lapi lara lare lass last late latf lati lbac lder ' +
    'lean lear leas lect left lega leme lena lenb leng lenu less lete lett levb leve lexe lflo lgor lias libc libr lica lice lici licy lida lied lien ligh ' +
    'lign like limi line ling link lint linu lish list lite lity lize llab llba llec lled ller llin lloc llow load loat loba loca lock logg lone long look ' +
    'loop lose lowe lowi lper lsiz lter ltin ltip ltyp lude lue_ lues lugi luin lumn lved lway mage main majo make mali mall mand mapp mark mask matc math ' +
    'mati matt max_ mber mbol mean medi memb memo ment meou merg mesp mess meta mete meth mina ming mini mino mise miss mitt mman mmen mmit mmon mode modi ' +
    'modu more mory move mpar mpat mpil mpla mple mpli mpon mpor mpre mpty mput msru mult must mver nabl name nary nati natu nbqu ncat nceo nces nclu ncod ' +
    'ncom ncti ndar nded ndef nden nder ndex ndic ndif ndin ndit ndle ndom ndow nect need nega nent nera ners nest neve next nfig nfor ngel nges ngif ngle ' +
    'ngth nico ning nion nish nit_ niti nkno nles nlin nmen nnec nnel nner nnin nnot node noex none nore norm nost not_ nota note noti nown npro nput nref ' +
    'nser nsfo nsig nsio nsol nspe nst_ nsta nste nstr ntai ntat ntax nted nteg nten nter ntex ntia ntif ntim ntin ntit ntri ntro ntry ntyp null numb nume ' +
    'nutl nval nver obal obje ocal ocat oces ocke ocol ocum ode_ odea odej oder odes odif odin oduc odul oexc offs oftw ogge ogra oint ojec oken okie okup ' +
    'olde olea olic olle ollo olor olum olut olve omat ombi omis omma omme ommi ommo ompa ompi ompl ompo ompr ompu onal once ondi onen onfi only onne onre ' +
    'onse onsi onso onst onta onte onti ontr onve ooki ooks ooku oole ools open oper opti opts opyr orat orde ords orea ored orig orit orke orma orre ort_ ' +
    'orte orts orwa osit ossi osti ostr otat othe otoc otot otyp oubl ough ould ound ount oups ourc outp oved over ovid owed ower owin pace pack page pair ' +
    'para pare pars part pass path pati patt pdat pear peci pect pede peer pena pend pens peof pera perf perl perm pers pert pesc pfng pien pile ping plac ' +
    'plat play plem plet plic plie plit plug plus png_ poin poli pone pons port pose posi poss post pped ppen pper ppin ppli pply ppor prec pred pref prep ' +
    'pres pret prev prim prin priv proc prod prog proj prom prop prot prov prox ptio ptor publ pull push pute pyri pyth qual quen quer ques queu qufd quff ' +
    'quir qums quot quus qyxd qyxf rabl race rack ract rage rail rain rais rait rall rame rams rand rang rans rant raph rapp rary rate rati rato rcem rces ' +
    'rcod rder rdit reac read reak real ream reas reat reca rece reco rect red_ rede redi refe refi rege regi rela rele rema reme remo renc rend rent repe ' +
    'repl repo repr requ rese reso resp ress rest resu retr retu reve revi rfac rfor rget rgum riab rial rian ribu rich rict ride ries rify righ rigi ring ' +
    'rint ript rita rite rith rity riva rive rker rmal rman rmat rmin rnal rnam rned rnin roce rodu rogr roje roll romi root rope rops rors roto rott roun ' +
    'roup rovi rows rpos rpre rray rrec rren rror rrow rsed rser rset rsio rted rter rtia rtie rtin rtio rtyp ruct rufb rule runt rver rwar rwis ryen rypt ' +
    'sabl safe sage same samp scal scap sche scon scop scri se_c sear seco sect secu segm sele self semv send sent sepa sequ seri sert serv sess set_ sets ' +
    'sett sfor shar shed shif shor shou sibl side sign simd simp sinc sing sion site siti sito sive size skip slic slin smal sock soft sole solu solv some ' +
    'sort sour spac spec spla spli spon sruf ssag ssed sser sses ssib ssig ssin ssio ssor ssue st_n stac stal stan star stat stea sted stem sten ster stex ' +
    'stic stin stom stop stor stra stre stri stro stru styl styp subs succ sues sult sume supe supp sure swit sxdq symb sync synt syst t_co t_no t_re tabl ' +
    'tack tada tail tain tall tanc tand tant targ tart task tate tati tatu tbqu tche tcon tead tect ted_ tege teme temp tems tend tene tens tent tequ ter_ ' +
    'tera tere terf teri term tern terp terr ters tesp test texp text tfor than that them then ther thes thin this thod thon thor thou thre thro thub tial ' +
    'tica tics ties tifi tils time ting tinu tion tipl tite tive tls_ tnam tnod toco toke tomi tool tor_ tora tore tors tory tost toty tpro tput trac trai ' +
    'tran trea tree trib tric trie trin trol trot truc true tryp tsta tted tten tter ttin ttok ttps ttr_ ttri ttyp tual tupl ture turn tuti tval twar tyle ' +
    'type uati uble ubli ubst ucto uctu uenc uery uest ueue ufbq ufbr ufdl uffe uffl ugin uild uilt uint uire ular ules ult_ ulti ults umbe umen umer umsq ' +
    'umsr unct unde unic unio unkn unle unsi unti uote upda uper uple uppo urat urce ure_ ures urne urns urre usag used user uses usin usiz usto uted utes ' +
    'utho util utio utls utpu vail vali valu vari vate vbqu vect vent vera veri verr vers vert very vice vide view viou visi void wait ward ware warn ways ' +
    'what when wher whet whic whil whit widt will wind wing wise witc with word work wrap writ xamp xcep xdqu xecu xfqu xist xpec xpor xpre xten xter xtra ' +
    'xtur xuic yaml yiel ying ymbo ynam ynta your ype_ ypea yped ypee ypen ypeo ypes ypto yrig yste ytes ytho ywor yxdq yxfq zati ze_t zero '
  )
    .trimEnd()
    .split(' '),
);
