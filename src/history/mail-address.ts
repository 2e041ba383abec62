/** What an address may be made of; nothing that means something in a mail's header. */
const address = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,10}$/;

/**
 * The address in `Name <address>`, `<address>` or `address`, in lower case, whatever comes after it;
 * null where there is none that a mail could go to.
 */
export function mailAddressIn(text: string): string | null {
  const open = text.lastIndexOf("<");
  const close = text.indexOf(">", open);
  const bare = open >= 0 && close > open ? text.slice(open + 1, close) : text;
  const found = bare.trim().toLowerCase();
  return address.test(found) ? found : null;
}
