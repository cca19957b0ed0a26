import type { AbbreviationLists } from "./table.ts";

/** Dutch abbreviations. */
export const DUTCH: AbbreviationLists = {
  never: `
    dhr mevr mw drs ir ds jhr bijv bv d.w.z dwz o.a m.a.w t.a.v i.p.v m.b.t m.b.v o.l.v t.o.v
    n.a.v i.v.m aanw vnw ca evt incl excl resp zgn nl.-talig
  `,
  number: `
    nr nrs blz art hfst tel mrt mei aug okt
  `,
  capital: `
    enz e.d e.a a.u.b
  `,
};

/** Danish, Norwegian and Swedish abbreviations. */
export const NORDIC: AbbreviationLists = {
  never: `
    bl.a f.eks t.ex m.a.o dvs skt hr
  `,
  number: `
    kl nr s
  `,
  capital: `
    osv m.m m.v o.s.v
  `,
};

/** Polish, Czech, Russian and Ukrainian abbreviations. */
export const SLAVIC: AbbreviationLists = {
  never: `
    np tzn tj tzw ul św mgr inż bałt wg m.in
    např tzv
    т.е т.к проф акад ул напр пгт пер вул ред гр
  `,
  number: `
    godz rys nr str č
    рис стр гл см
  `,
  capital: `
    itd itp atd apod
    др пр т.д т.п
  `,
  starter: `
    руб тыс млн млрд гг долл куб кв
  `,
};
