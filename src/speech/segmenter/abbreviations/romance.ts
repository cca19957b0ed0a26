import type { AbbreviationLists } from "./table.ts";

/** French abbreviations. */
export const FRENCH: AbbreviationLists = {
  never: `
    M MM Mme Mmes Mlle Mlles Mgr Pr Prs Vve Dr Drs St Ste Sts
    p.ex par_ex c.-à-d c.à.d cf env éd av boul bd vx
  `,
  number: `
    n° nº no nos chap vol fig art al tél t pp
    janv févr avr juil juill sept oct nov déc
  `,
  capital: `
    etc
  `,
};

/** Spanish abbreviations. */
export const SPANISH: AbbreviationLists = {
  never: `
    Sr Sra Sres Sras Srta Srtas Dr Dra Dres Lic Licda Ing Arq Prof Profa Prof.ª Ud Uds Vd Vds
    D Dn Dña Fdo Mons Gral Cnel Tte Exc Excmo Excma Ilmo Ilma Sto Sta Hno Hna
    p.ej ej aprox admón EE Av Avda Cra Cía C.ía
  `,
  number: `
    núm núms nro nros pág págs párr párrf art arts cap tel teléf N°
    Ene Abr Ago Set Dic
  `,
  starter: `
    UU EE.UU Hs Lun Mié Jue Vie Sáb Dom a.c d.c
  `,
};

/** Italian abbreviations. */
export const ITALIAN: AbbreviationLists = {
  never: `
    sig sigg sig.ra sig.na sig.re sig.rina dott dott.ssa avv prof.ssa Dr.ssa Ing Arch Geom Rag
    Dir Amm Egr Gent Gent.mo Gent.ma Spett Preg Mons Cav Comm Rev V.le V.Cte
    ad_es per_es p.es cfr ca econ idraul meteor psicol
  `,
  number: `
    pag pagg n nn art artt cap tel vol fig
    gen feb mar apr mag giu lug ago ott nov dic Gen Feb Mag Giu Lug Ott
  `,
  capital: `
    ecc
  `,
  company: `
    S.p.A S.r.l
  `,
};

/** Portuguese abbreviations. */
export const PORTUGUESE: AbbreviationLists = {
  never: `
    Sr Sra Srs Sras Srta Dr Dra Drs Dras Prof Profa Prof.ª Exmo Exma Exmos Ilmo Ilma Eng Enga Arq
    V.Exa V.Sa D Dom p.ex séc sécs aprox av
  `,
  number: `
    nº pág págs núm art cap tel
    Fev Abr Mai Ago Set Out Dez
  `,
  company: `
    Ltda Cia
  `,
};
