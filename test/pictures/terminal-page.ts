const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight: bold',
  2: 'opacity: 0.64',
  31: 'color: #e06c75',
  32: 'color: #98c379',
  33: 'color: #e5c07b',
  90: 'opacity: 0.64',
};

/** A page with a window, in which is what a terminal shows. @param screen lines with escape sequences of SGR (ECMA-48, 8.3.117) */
export function terminalPage(screen: string): string {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: transparent }
    #window { display: inline-block; background: #22252d; border-radius: 12px; padding: 16px 26px 20px; color: #dcdfe4 }
    #bar { font: 17px "Liberation Sans", sans-serif; color: #9da3ae; margin: 0 0 18px -4px; display: flex; align-items: center; gap: 9px }
    i { width: 8px; height: 8px; border-radius: 4px }
    b { font-weight: normal; margin-left: 9px }
    u { display: inline-block; width: 1ch; text-decoration: none }
    pre { margin: 0; font: 17.5px/1.36 "DejaVu Sans Mono", monospace }
  </style><div id="window"><div id="bar"><i style="background: #e06c75"></i><i style="background: #e5c07b"></i><i
  style="background: #98c379"></i><b>sealpack</b></div><pre>${spans(screen.trimEnd())}</pre></div>`;
}

const ESCAPE = '\u001B';

/** Select Graphic Rendition, which is all that tmux tells beside the text. */
const SGR = new RegExp(`${ESCAPE}\\[([\\d;]*)m`);

function spans(screen: string): string {
  let on = new Set<string>();
  return screen
    .split(SGR)
    .map((part, index) => {
      if (index % 2 === 0) {
        const style = [...on].flatMap((code) => STYLES[code] ?? []).join('; ');
        return style === '' ? escaped(part) : `<span style="${style}">${escaped(part)}</span>`;
      }
      for (const code of part.split(';')) on = after(code, on);
      return '';
    })
    .join('');
}

/** The codes that hold after another one: 0 ends all, 22 and 39 weight and colour. */
function after(code: string, on: ReadonlySet<string>): Set<string> {
  if (code === '' || code === '0') return new Set();
  if (code === '22') return new Set([...on].filter((one) => one !== '1' && one !== '2'));
  if (code === '39') return new Set([...on].filter((one) => !/^[39]\d$/.test(one)));
  return new Set([...on, code]);
}

/** Signs that come of another font have a cell as all others. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\u2714\u2800-\u28FF]/g, '<u>$&</u>');
